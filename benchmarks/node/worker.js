// aws-lambda-stream in a process of its own, run as Lambda's runtime runs it; speaks as benchmarks/worker.py does.
'use strict';

const { readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');

const cpu = () => {
  const { user, system } = process.cpuUsage(); // of all threads, the collector's too
  return (user + system) / 1e6;
};
const peak = () => 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const began = cpu();
const { handler } = require('./pipeline');
say({ init: cpu() - began });

const run = async (body) => {
  const [wall, start] = [performance.now(), cpu()];
  const event = JSON.parse(body);
  const parsed = cpu();
  const answer = JSON.stringify(await handler(event));
  const handled = cpu();
  const seconds = (performance.now() - wall) / 1000;
  return { runtime: parsed - start, handler: handled - parsed, wall: seconds, peak: peak(), answer };
};

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    say(await run(readFileSync(line.trim(), 'utf8')));
  }
  process.exit(0); // kept connections would hold it
})();
