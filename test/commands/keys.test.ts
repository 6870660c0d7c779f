import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type KeyStream, listenToKeys } from '../../src/commands/keys.ts';

/** A terminal's keyboard, as far as it is asked. */
const keyboard = (isTTY: boolean) => {
  const told: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    isTTY,
    setRawMode: (raw: boolean) => told.push(raw ? 'raw' : 'cooked'),
    resume: () => told.push('resumed'),
    pause: () => told.push('paused'),
  });
  const act = (name: string) => () => void told.push(name);
  const { release } = listenToKeys(stream as KeyStream, {
    again: act('again'),
    quit: act('quit'),
    interrupt: act('interrupt'),
  });
  return { stream, told, release };
};

test('r and Enter run again, q quits, Ctrl-C interrupts, and other keys do nothing', () => {
  const { stream, told, release } = keyboard(true);
  for (const key of ['r', '\r', 'q', '\x03', 'x', '\x1b[A', 'rr']) stream.emit('data', Buffer.from(key));
  expect(told).toEqual(['raw', 'resumed', 'again', 'again', 'quit', 'interrupt', 'again', 'again']);
  release();
  stream.emit('data', 'r');
  expect(told.slice(8)).toEqual(['cooked', 'paused']);
});

test('what is no terminal is left alone', () => {
  const { stream, told, release } = keyboard(false);
  stream.emit('data', 'r');
  release();
  expect(told).toEqual([]);
});
