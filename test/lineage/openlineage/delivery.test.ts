import { expect, it } from 'vitest';
import { createDelivery, type DeliveryOptions } from '../../../src/lineage/openlineage/delivery.ts';

const deliveryWith = (options: Partial<DeliveryOptions>) =>
  createDelivery({
    deliver: async () => {},
    explain: (error) => (error as Error).message,
    together: 1,
    lanes: 2,
    waiting: 100,
    patience: { each: 60_000, end: 60_000 },
    ...options,
  });

/** Rejects when it is told to stop, as `fetch` does. */
const hang = (_: readonly string[], signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

it('texts of one lane arrive in their order, each once', async () => {
  const arrived: string[] = [];
  const { send, close } = deliveryWith({ deliver: async (texts) => void arrived.push(...texts) });
  for (let i = 0; i < 20; i++) send(`${i % 4}:${i}`, String(i % 4));
  expect(await close()).toEqual({ sent: 20, arrived: 20, problems: new Map() });
  expect(arrived.length).toBe(20);
  for (const lane of ['0', '1', '2', '3']) {
    const numbers = arrived.filter((text) => text.startsWith(`${lane}:`)).map((text) => Number(text.slice(2)));
    expect(numbers).toEqual([0, 4, 8, 12, 16].map((i) => i + Number(lane)));
  }
});

it('what one text fails of is told, and the next is sent all the same', async () => {
  const { send, close } = deliveryWith({
    deliver: async ([text]) => {
      if (text !== 'good') throw new Error(text);
    },
  });
  for (const text of ['refused', 'good', 'refused', 'broken']) send(text, text);
  expect(await close()).toEqual({
    sent: 4,
    arrived: 1,
    problems: new Map([
      ['refused', 2],
      ['broken', 1],
    ]),
  });
});

it('hands over together what waits, up to as many as can be', async () => {
  const handed: string[][] = [];
  const { send, close } = deliveryWith({
    deliver: async (texts) => void handed.push([...texts]),
    lanes: 1,
    together: 3,
  });
  for (const text of ['a', 'b', 'c', 'd', 'e']) send(text, 'lane');
  expect(await close()).toMatchObject({ sent: 5, arrived: 5 });
  expect(handed).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
});

it('waits for no answer longer than it has patience', async () => {
  const { send, close } = deliveryWith({ deliver: hang, patience: { each: 10, end: 60_000 } });
  for (const text of ['a', 'b', 'c']) send(text, text);
  expect(await close()).toEqual({ sent: 3, arrived: 0, problems: new Map([['no answer within 0.01 s', 3]]) });
});

it('gives up what has not arrived soon after the end, and what is under way', async () => {
  const stopped: string[] = [];
  const { send, close } = deliveryWith({
    deliver: (texts, signal) => hang(texts, signal).finally(() => stopped.push(...texts)),
    patience: { each: 60_000, end: 10 },
  });
  for (const text of ['a', 'b', 'c', 'd']) send(text, 'one lane');
  expect(await close()).toEqual({ sent: 4, arrived: 0, problems: new Map([['the run was over', 4]]) });
  expect(stopped).toEqual(['a']);
});

it('ends although what it was given to deliver with heeds no signal', async () => {
  const { send, close } = deliveryWith({ deliver: () => new Promise(() => {}), patience: { each: 60_000, end: 10 } });
  send('a', 'a');
  expect(await close()).toMatchObject({ sent: 1, arrived: 0 });
});

it('holds a bounded number of texts, whatever is sent', async () => {
  const { send, close } = deliveryWith({ deliver: hang, lanes: 1, waiting: 3, patience: { each: 60_000, end: 10 } });
  for (let i = 0; i < 1000; i++) send(String(i), 'lane');
  const { sent, arrived, problems } = await close();
  expect([sent, arrived]).toEqual([1000, 0]);
  expect(problems).toEqual(
    new Map([
      ['too many were waiting', 996],
      ['the run was over', 4],
    ]),
  );
});
