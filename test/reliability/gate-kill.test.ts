import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestPath } from '../../src/fingerprint/digest-path.ts';
import { openStatCache } from '../../src/fingerprint/stat-cache.ts';
import { auditNow, told } from '../audit/rig.ts';
import { publishedOf, writeGated } from '../gate/project.ts';
import { isNight, oneOfEach, seedOfRun } from '../rig/depth.ts';
import { run, runWell } from '../rig/kept.ts';
import { openProject, type TestProject, temporaryFolder } from '../rig/project.ts';
import { storeProblems } from '../rig/store.ts';
import { type Kill, killAt, killed, kindOfCall, renew } from './scenario.ts';

// What is published is the old or the new, whole, at whatever moment a run that publishes is killed; and the next run,
// which has nothing to execute, puts the new one there. `make test` kills at one call of each kind, other ones for each commit;
// `make nightly` at every call.

test('killed at each kind of call by which it publishes, by night at each, a run leaves the old or the new, and the next one the new', {
  timeout: 900_000,
}, async () => {
  const [root, prepared] = [join(temporaryFolder(), 'project'), join(temporaryFolder(), 'prepared')];
  const first = openProject(root);
  writeGated(first, { accuracy: 0.9 });
  await runWell(first);
  writeGated(first, { accuracy: 0.95 });
  renew(root, prepared);
  const calls = await callsOf(first);
  const publishing = calls.filter((call) => /accepted|records-v1\/(runs|head)/.test(call) && !/locks-v1/.test(call));
  // The folder, what is in it, its name, the link, the ledger, and the record before all of them.
  for (const part of ['mkdir', 'copyFile', 'fsync', 'rename', 'symlink', 'accepted-v1', 'records-v1/head'])
    expect(
      publishing.some((call) => call.includes(part)),
      part,
    ).toBe(true);

  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const [i, call] of someOf(publishing).entries()) {
    const kill: Kill = { call, when: /^(write|copyFile)/.test(call) ? 'half' : i % 2 === 0 ? 'before' : 'after' };
    const project = renew(prepared, root);
    const { signal, stderr } = await killed(project, kill);
    if (signal !== 'SIGKILL') wrong.push(`${kill.when} ${call}: was not killed: ${stderr}`);
    const problems = [...(await halfPublished(project)), ...told(await auditNow(root))];
    seen.add(publishedOf(project)!.weights);
    const next = await run(project);
    if (next.exitCode !== 0) problems.push(`the next run: ${next.exitCode} ${next.stdout} ${next.stderr}`);
    problems.push(...(await halfPublished(project)), ...storeProblems(root), ...told(await auditNow(root)));
    if (publishedOf(project)?.weights !== '0.95') problems.push(`${publishedOf(project)?.weights} is published`);
    if (readdirSync(join(root, 'artifacts/p/.accepted')).length > 2) problems.push('more than two are left');
    wrong.push(...problems.map((problem) => `${kill.when} ${call}: ${problem}`));
  }
  expect(wrong).toEqual([]);
  // Both are met, or the kills were all on one side of the moment that counts.
  expect([...seen].sort()).toEqual(['0.9', '0.95']);
});

/** The first and the last too: before the one nothing is published yet, after the other all is. */
const someOf = (calls: readonly string[]): string[] => {
  const seed = seedOfRun();
  const inside = calls.slice(1, -1).filter((call) => isNight || !/^(open|chmod|utimes) /.test(call));
  const some = [calls[0]!, ...oneOfEach(inside, kindOfCall, seed), calls.at(-1)!];
  console.log(`${some.length} kills at ${calls.length} calls, seed ${seed}`);
  return some;
};

const callsOf = async (project: TestProject): Promise<string[]> => {
  const env = { STEMMA_CALLS_TO: join(project.root, 'calls.json') };
  await runWell(project, [], { node: ['--import', killAt], env });
  return JSON.parse(project.read('calls.json')) as string[];
};

/** What accepted.json says stands there, byte for byte. */
const halfPublished = async (project: TestProject): Promise<string[]> => {
  const published = publishedOf(project);
  if (published === undefined) return ['nothing is published'];
  const cache = openStatCache(join(project.root, 'no-cache'));
  const problems: string[] = [];
  for (const { path, digest } of published.accepted.outs) {
    const found = await digestPath(join(project.root, 'artifacts/p/accepted', path), cache);
    if (found?.digest !== digest) problems.push(`published ${path} is ${found?.digest}, and accepted was ${digest}`);
  }
  return problems;
};
