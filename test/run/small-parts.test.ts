import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameRun } from '../../src/run/name-run.ts';
import { redact, secretsOf } from '../../src/run/redact.ts';
import { stageSeed } from '../../src/run/seed.ts';

test('a seed is the first four bytes of a SHA-256, for each seed, stage and purpose another', () => {
  const sum = execFileSync('sh', ['-c', "printf '1337\\0train\\0weights' | sha256sum"]).toString();
  expect(stageSeed({ seed: 1337, stage: 'train' }, 'weights')).toBe(Number.parseInt(sum.slice(0, 8), 16));
  const seeds = [1, 12].flatMap((seed) =>
    ['a', '2a'].flatMap((stage) => ['', 'x'].map((purpose) => stageSeed({ seed, stage }, purpose))),
  );
  expect(new Set(seeds).size).toBe(8);
});

const order = (passed: readonly string[]) => ({ env: { declared: {}, passed } });

test('the values that are passed are secrets, the longer ones first, and short ones are none', () => {
  const environment = { A: 'token', B: 'token-and-more', C: 'abc', D: undefined, E: 'other' };
  expect(secretsOf(order(['A', 'B', 'C', 'D', 'ABSENT']), environment)).toEqual(['token-and-more', 'token']);
});

test('no secret is left, whatever the text and the secrets', () => {
  const secret = fc.string({ minLength: 4, maxLength: 12 }).filter((text) => !text.includes('*'));
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.array(fc.string()), (values, between) => {
      const environment = Object.fromEntries(values.map((value, i) => [`S${i}`, value]));
      const secrets = secretsOf(order(Object.keys(environment)), environment);
      const text = values.flatMap((value, i) => [between[i] ?? '', value]).join('');
      const clean = redact(text, secrets);
      for (const value of values) expect(clean.includes(value)).toBe(false);
    }),
  );
});

test('what is no secret stays as it is, also what looks like a pattern', () => {
  expect(redact('a.b+c $& token', ['a.b+c', 'xyzw'])).toBe('*** $& token');
});

test('a run is named by its start, and its name sorts behind that of the run before', () => {
  const start = new Date('2026-11-23T14:02:07.999Z');
  expect(nameRun(start, undefined)).toMatch(/^2026-11-23T14-02-07-[0-9a-f]{4}$/);
  expect(nameRun(start, '2026-11-23T14-02-06-ffff')).toMatch(/^2026-11-23T14-02-07-[0-9a-f]{4}$/);
  expect(nameRun(start, '2026-11-23T14-02-07-ffff')).toBe('2026-11-23T14-02-08-0000');
  // The clock was set back.
  expect(nameRun(start, '2027-12-31T23-59-59-00ff')).toBe('2027-12-31T23-59-59-0100');
  expect(nameRun(start, '2027-12-31T23-59-59-ffff')).toBe('2028-01-01T00-00-00-0000');
  let last = nameRun(start, undefined);
  for (let i = 0; i < 1000; i++) {
    const next = nameRun(start, last);
    expect(next > last).toBe(true);
    last = next;
  }
});
