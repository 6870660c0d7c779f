// A stage that a test holds by the hand: it does what it is told over a socket, and answers each word when it is done.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const [socketPath, name] = process.argv.slice(2);
const socket = connect(socketPath);
const say = (value) => socket.write(`${JSON.stringify(value)}\n`);

const acts = {
  write: ({ path, text }) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
  print: ({ text }) => writeFileSync(1, text),
  ignoreSignals: () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => say({ signal }));
  },
  // Another one of us; `detached` puts it into a process group of its own.
  child: ({ name, detached }) =>
    void spawn(process.execPath, [process.argv[1], socketPath, name], { stdio: 'ignore', detached }),
  exit: ({ code }) => process.exit(code),
};

socket.on('connect', () => say({ name, pid: process.pid, env: process.env }));
// Nobody holds the hand any more.
socket.on('close', () => process.exit(99));
createInterface({ input: socket }).on('line', (line) => {
  const act = JSON.parse(line);
  say({ done: acts[act.do](act) ?? null });
});
