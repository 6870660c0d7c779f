import { describe, expect, it } from 'vitest';
import { fillUrl, readUrl, variablesIn } from '../../src/load/dep-url.ts';
import { codesOf, loadRight } from './temporary-project.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const stage = (dep: object) => ({ stages: { s: { run: ['wc'], deps: { in: dep } } } });

describe('the name of a file', () => {
  it.each([
    ['https://example.org/data/x.csv.gz', 'x.csv.gz'],
    ['https://example.org/a%20b.csv?download=1#top', 'a b.csv'],
    ['http://example.org:8080/x', 'x'],
    ['https://example.org/%7Bx%7D.json', '{x}.json'],
  ])('of %s is %s', (url, name) => {
    expect(readUrl({ url })).toBe(name);
  });

  it.each([
    'https://example.org',
    'https://example.org/',
    'https://example.org/a/..',
    'https://example.org/a%2Fb',
    'https://example.org/%ff',
  ])('of %s has to be said', (url) => {
    expect(readUrl({ url })).toMatchObject({ code: 'bad-url' });
    expect(readUrl({ url, as: 'x.csv' })).toBe('x.csv');
  });
});

describe('secrets', () => {
  const at = (rest: string) => `https://example.org/x.csv?${rest}`;

  it.each([
    'https://me@example.org/x.csv',
    'https://:word@example.org/x.csv',
    'https://me:x{env.WORD}@example.org/x.csv',
    at('token=abc'),
    at('access_token=abc'),
    at('a=1&X-Amz-Signature=abc'),
    at('X-Amz-Security-Token=abc'),
    at('AWSAccessKeyId=abc'),
    at('sv=2020&sig=abc'),
    at('api_key=abc'),
    at('apikey=abc'),
  ])('in %s are told', (url) => {
    expect(readUrl({ url })).toMatchObject({ code: 'secret-in-url' });
  });

  it.each([
    'https://{env.ME}:{env.WORD}@example.org/x.csv',
    at('token={env.TOKEN}'),
    at('page=2&version=1.0&monkey=ape&tokens=4'),
    at('token='),
  ])('are not in %s', (url) => {
    expect(readUrl({ url })).toBe('x.csv');
  });
});

it('a value of the environment stays within its part of the url', () => {
  const url = 'https://{env.A}:{env.B}@example.org/x?t={env.A}';
  expect(variablesIn(url)).toEqual(['A', 'B', 'A']);
  const filled = new URL(fillUrl(url, (name) => (name === 'A' ? 'a/b&c=d' : 'p@ss:word#')));
  expect([filled.host, filled.pathname, filled.searchParams.get('t')]).toEqual(['example.org', '/x', 'a/b&c=d']);
  expect([filled.username, filled.password].map(decodeURIComponent)).toEqual(['a/b&c=d', 'p@ss:word#']);
});

it('a dep is what the file says, without what stands behind #', async () => {
  const { stages } = await loadRight(stage({ url: 'https://example.org/x.csv#rows', digest, token: 'HUB_TOKEN' }));
  expect(stages.get('s')!.deps['in']).toEqual({
    kind: 'url',
    url: 'https://example.org/x.csv',
    name: 'x.csv',
    digest,
    token: 'HUB_TOKEN',
  });
});

it('a stage type that wants a folder cannot have it', async () => {
  const pipeline = {
    stages: { s: { uses: 'clean', deps: { examples: { url: 'https://example.org/x.csv', digest } } } },
  };
  expect(await codesOf(pipeline)).toEqual(['wrong-file-type']);
});
