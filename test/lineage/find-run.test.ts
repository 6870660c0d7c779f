import { describe, expect, it } from 'vitest';
import { findRun, type RunCatalogue } from '../../src/lineage/find-run.ts';

const runs = [
  '2026-11-22T10-00-00-beef',
  '2026-11-23T10-00-00-caf0',
  '2026-11-23T10-00-01-caf0',
  '2026-11-24T09-30-00-0a1b',
];
const digests = ['aaaa1111', 'bbbb2222', 'bbbb3333', 'caf0dddd'];
const pipelines = ['p', 'q', 'p', 'q'];

const catalogue = (asked: string[] = []): RunCatalogue => ({
  runs,
  pipelineOf: (run) => {
    asked.push(run);
    return pipelines[runs.indexOf(run)];
  },
  digestOf: (run) => `sha256:${digests[runs.indexOf(run)]!.padEnd(64, '0')}`,
});

const find = (word: string, pipeline?: string) => findRun(word, catalogue(), pipeline);
const found = (index: number) => ({ kind: 'found', run: runs[index] });

describe('a run is found by', () => {
  it('its name', () => expect(find(runs[1]!)).toEqual(found(1)));
  it('a beginning of it', () => expect(find('2026-11-24')).toEqual(found(3)));
  it('an ending of it', () => expect(find('beef')).toEqual(found(0)));
  it('the digest of its record, and a beginning of that', () => {
    expect(find(`sha256:${'aaaa1111'.padEnd(64, '0')}`)).toEqual(found(0));
    expect(find('bbbb2')).toEqual(found(1));
    expect(find('sha256:bbbb3')).toEqual(found(2));
  });
  it('its place from the end', () => {
    expect(find('last')).toEqual(found(3));
    expect(find('last~0')).toEqual(found(3));
    expect(find('last~3')).toEqual(found(0));
  });
});

describe('with a pipeline', () => {
  it('only its runs count', () => {
    expect(find('last', 'p')).toEqual(found(2));
    expect(find('last~1', 'p')).toEqual(found(0));
    expect(find('caf0', 'p')).toEqual(found(2));
    expect(find('beef', 'q').kind).toBe('unknown');
  });

  it('the last one is found without reading them all', () => {
    const asked: string[] = [];
    findRun('last', catalogue(asked), 'q');
    expect(asked).toEqual([runs[3]]);
  });
});

describe('what is not found is told', () => {
  it('with all that go by it', () => expect(find('caf0')).toEqual({ kind: 'ambiguous', runs: [runs[1], runs[2]] }));
  it('with the digests that begin so', () => {
    expect(find('bbbb')).toEqual({ kind: 'ambiguous', runs: [runs[1], runs[2]] });
  });
  it('with how many there are', () => {
    expect(find('last~4')).toEqual({ kind: 'too far', count: 4 });
    expect(find('last', 'nobody')).toEqual({ kind: 'too far', count: 0 });
  });
  it('with what it was probably meant to be', () => {
    expect(find('2026-11-22T10-00-00-beee')).toEqual({ kind: 'unknown', hint: `did you mean "${runs[0]}"?` });
    expect(find('lst')).toEqual({ kind: 'unknown', hint: 'did you mean "last"?' });
    expect(find('')).toEqual({ kind: 'unknown' });
    expect(find('../../x')).toEqual({ kind: 'unknown' });
  });
  it('a few digits are no digest', () => expect(find('aaa').kind).toBe('unknown'));
});
