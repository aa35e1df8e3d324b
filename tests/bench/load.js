// Loads a server by autocannon and looks at every answer; prints what it saw as JSON.
//
//   node load.js URL ACTION REQUESTS ANSWERS SECONDS CONNECTIONS
//
// REQUESTS is a file of [{number, body}]; each connection sends them one after another, and again.
// An answer is right when its status is 200, it names no error, and its Mutatienummer is what
// ANSWERS says: "own" (the number in the request), "new" (none that was answered before), or "six"
// (six digits).
'use strict';
const fs = require('node:fs');
const autocannon = require('autocannon');

const [url, action, requests, answers, seconds, connections] = process.argv.slice(2);
const NO_ERROR = /<(?:\w+:)?LastErrorCode\s*(?:\/>|><\/)/;
const NUMBER = /<(?:\w+:)?Mutatienummer>([0-9]+)<\//;

const seen = new Set();
const rules = {
  own: (answered, sent) => answered === String(sent),
  new: (answered) => seen.size !== seen.add(answered).size,
  six: (answered) => answered.length === 6,
};
const isRight = rules[answers];
const result = { answered: 0, wrong: 0, example: '' };

const checked = (number) => (status, body) => {
  const found = NUMBER.exec(body);
  if (status === 200 && found !== null && NO_ERROR.test(body) && isRight(found[1], number)) {
    result.answered += 1;
    return;
  }
  result.wrong += 1;
  result.example ||= `booking ${number} got status ${status}: ${body.slice(-400)}`;
};

autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests: JSON.parse(fs.readFileSync(requests, 'utf8')).map(({ number, body }) => ({
    method: 'POST',
    headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: action },
    body,
    onResponse: checked(number),
  })),
}).then((run) => {
  const lost = run.errors + run.timeouts + run.resets;
  process.stdout.write(JSON.stringify({ ...result, lost, seconds: run.duration }));
});
