"""Counts what moto does in process, in its own environment: a message into a queue (SQS)."""

import sys
import time

import boto3
from moto import mock_aws

seconds = float(sys.argv[1])
with mock_aws():
    client = boto3.client("sqs", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    queue = client.create_queue(QueueName="mutations")["QueueUrl"]
    for _ in range(50):
        client.send_message(QueueUrl=queue, MessageBody="x" * 1000)
    start, done = time.process_time(), 0
    while time.process_time() - start < seconds:
        client.send_message(QueueUrl=queue, MessageBody="x" * 1000)
        done += 1
    sys.stdout.write(f"{done / (time.process_time() - start)}\n")
