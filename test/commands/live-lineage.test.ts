import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LineageEvent } from '../../src/lineage/openlineage/event.ts';
import { problemsWith, publishedFolders } from '../lineage/openlineage/published.ts';
import { createAbsentEndpoint, createEndpoint } from '../rig/endpoint.ts';
import { createHold } from '../rig/hold.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { endOf, recordOf, run, runWell, startStemma, stemma } from '../rig/stemma.ts';
import { snapshot } from '../rig/store.ts';

// `stemma run --openlineage`: a run told while it happens, to a file or an endpoint that need not be there.

let project: TestProject;
const problemsOf = problemsWith(publishedFolders[0]!);

beforeEach(() => {
  project = createProject();
  project.write('data/in.txt', 'in');
  project.pipeline({
    stages: {
      first: {
        run: 'cat {deps.in} > {outs.o}; echo \'{ "rows": 1 }\' > "$STEMMA_METRICS"',
        deps: { in: { path: 'data' } },
        outs: { o: 'o.txt' },
        params: { bins: 3 },
      },
      second: { run: 'cp {deps.in} {outs.o}', deps: { in: 'first.o' }, outs: { o: 'o.txt' } },
    },
  });
});

const parse = (text: string): LineageEvent[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LineageEvent);

const told = (events: readonly LineageEvent[]): string[] =>
  events.map(({ job, eventType }) => `${job.name} ${eventType}`);

const wholeRun = ['p START', 'p.first START', 'p.first COMPLETE', 'p.second START', 'p.second COMPLETE', 'p COMPLETE'];

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Everything but the times, which an export has from the records. */
const withoutTimes = (events: readonly LineageEvent[]): string[] =>
  events.map(({ eventTime: _, ...rest }) => JSON.stringify(rest)).sort(byText);

describe('to a file', () => {
  it('appends valid events, of an executed run and of one in which all is up to date, as an export tells them', async () => {
    project.write('events.jsonl', '{"before":true}\n');
    await runWell(project, ['--openlineage', 'events.jsonl']);
    const first = parse(project.read('events.jsonl')).slice(1);
    expect(told(first)).toEqual(wholeRun);
    await runWell(project, ['--openlineage', 'events.jsonl']);
    const both = parse(project.read('events.jsonl')).slice(1);
    expect(both.flatMap(problemsOf)).toEqual([]);
    const second = both.slice(first.length);
    expect(told(second)).toEqual(wholeRun);
    const exported = await stemma(project, ['export', 'last', '--format', 'openlineage']);
    expect(withoutTimes(parse(exported.stdout))).toEqual(withoutTimes(second));
    expect(JSON.stringify(second[2])).toContain(first[2]!.run.runId);
  });

  it.each([
    ['nowhere/events.jsonl', 'cannot be written'],
    ['data', 'is no file'],
    ['ftp://host/x', 'is no http or https address'],
    ['http://me:hunter2@host/', 'holds a user name or password'],
  ])('%s is a mistake, and nothing runs', async (target, message) => {
    const ended = await stemma(project, ['run', '--openlineage', target]);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain('hunter2');
    expect(existsSync(join(project.root, 'artifacts/p'))).toBe(false);
  });
});

describe('to an endpoint', () => {
  it('posts each event to the usual path, with the key, which reaches nothing else', async () => {
    const { url, posted } = await createEndpoint();
    const env = { OPENLINEAGE_URL: url, OPENLINEAGE_API_KEY: 'a-secret-key', OPENLINEAGE_NAMESPACE: 'team' };
    const ended = await runWell(project, [], { env });
    expect(new Set(posted.map(({ method, path, headers }) => `${method} ${path} ${headers.authorization}`))).toEqual(
      new Set(['POST /api/v1/lineage Bearer a-secret-key']),
    );
    const events = posted.map(({ body }) => JSON.parse(body) as LineageEvent);
    expect(events.flatMap(problemsOf)).toEqual([]);
    expect(told(events).sort(byText)).toEqual([...wholeRun].sort(byText));
    expect(new Set(events.map(({ job }) => job.namespace))).toEqual(new Set(['team']));
    // Of one stage, the start arrives before the end.
    expect(told(events).filter((what) => what.startsWith('p.first'))).toEqual(['p.first START', 'p.first COMPLETE']);
    const files = Object.entries(snapshot(join(project.root, 'artifacts')));
    const texts = [
      ...files,
      ['stdout', ended.stdout],
      ['stderr', ended.stderr],
      ...posted.map(({ body }) => ['body', body]),
    ];
    expect(texts.filter(([, text]) => text!.includes('a-secret-key'))).toEqual([]);
  });

  it('takes a path as it is, and the option before the variable', async () => {
    const [asked, other] = [await createEndpoint(), await createEndpoint()];
    await runWell(project, ['--openlineage', `${asked.url}/my/place?a=b`], { env: { OPENLINEAGE_URL: other.url } });
    expect([new Set(asked.posted.map(({ path }) => path)), other.posted]).toEqual([new Set(['/my/place?a=b']), []]);
    await runWell(project, [], { env: { OPENLINEAGE_URL: other.url, OPENLINEAGE_DISABLED: 'true' } });
    expect(other.posted).toEqual([]);
  });

  it('a failed stage and an interrupted run are told as such', async () => {
    const { url, posted } = await createEndpoint();
    const hold = await createHold();
    const outs = { o: 'o' };
    project.pipeline({
      stages: { fails: { run: 'echo no >&2; exit 3', outs }, held: { run: hold.command('held'), outs } },
    });
    const env = { OPENLINEAGE_URL: url };
    await run(project, ['p', 'fails'], { env });
    const running = startStemma(project, ['run', '--json', 'p', 'held'], { env });
    await hold.started('held');
    running.kill('SIGINT');
    expect((await endOf(running)).exitCode).toBe(130);
    const events = posted.map(({ body }) => JSON.parse(body) as LineageEvent);
    expect(events.flatMap(problemsOf)).toEqual([]);
    expect(told(events).sort(byText)).toEqual([
      ...['p ABORT', 'p FAIL', 'p START', 'p START', 'p.fails FAIL', 'p.fails START', 'p.held ABORT', 'p.held START'],
    ]);
    const failed = events.find(({ eventType, job }) => eventType === 'FAIL' && job.name === 'p.fails')!;
    expect(failed.run.facets['errorMessage']).toMatchObject({ message: 'ended with exit code 3' });
  });
});

describe('an endpoint that is not as one wishes harms nothing', () => {
  const note = (why: string) =>
    new RegExp(`^note: 6 of 6 OpenLineage events did not reach http://\\S+: ${why}\nhint: `);

  it.each([
    ['is absent', createAbsentEndpoint, 'the connection was refused'],
    ['answers 500', async () => (await createEndpoint(500)).url, 'the answer was 500'],
    ['sends elsewhere', async () => (await createEndpoint({ moved: 'http://127.0.0.1:1/' })).url, 'the answer was 307'],
    ['hangs', async () => (await createEndpoint('hang')).url, '(?:the run was over|no answer within 5 s).*'],
  ])('%s', async (_, open, why) => {
    const ended = await runWell(project, ['--openlineage', await open()]);
    expect(ended.stderr).toMatch(note(why));
    expect(ended.states).toEqual({ first: 'ran', second: 'ran' });
    expect(ended.events.at(-1)).toMatchObject({ type: 'run-ended', outcome: 'succeeded' });
    const record = recordOf(project, ended);
    expect([record.notices, record.command]).toEqual([undefined, ['stemma', 'run', 'p']]);
  });

  it('a key that no header can hold is a mistake, and is not repeated', async () => {
    const env = { OPENLINEAGE_URL: 'http://127.0.0.1:1', OPENLINEAGE_API_KEY: 'hunter2\n' };
    const ended = await stemma(project, ['run'], { env });
    expect([ended.exitCode, ended.stderr.includes('hunter2')]).toEqual([2, false]);
    expect(ended.stderr).toContain('OPENLINEAGE_API_KEY');
  });
});
