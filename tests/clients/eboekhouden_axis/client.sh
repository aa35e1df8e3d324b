#!/bin/sh
# Axis, by Debian's packages: the classes are made from the WSDL of the target, then compiled and run.
set -eu
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
wsdl=$(printf %s "$TARGET" | sed -n 's/.*"wsdl": *"\([^"]*\)".*/\1/p')
jars=/usr/share/java
classes="$made:$jars/axis.jar:$jars/axis-jaxrpc.jar:$jars/axis-saaj.jar:$jars/commons-discovery.jar"
classes="$classes:$jars/commons-logging.jar:$jars/wsdl4j.jar:$jars/javax.mail.jar"
java -cp "$classes" org.apache.axis.wsdl.WSDL2Java -o "$made" -p eboekhouden "$wsdl"
find "$made" -name '*.java' >"$made/sources"
javac -nowarn -proc:none -encoding UTF-8 -cp "$classes" -d "$made" Session.java "@$made/sources" 2>"$made/said" ||
    { cat "$made/said" >&2; exit 1; }
java -cp "$classes" Session
