import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject, temporaryFolder } from '../rig/project.ts';
import { stageRunOf, startStemma } from '../rig/stemma.ts';
import { contentFile, lives, snapshot } from '../rig/store.ts';

// `stemma replay` as people meet it: a recorded stage is executed again in a clean folder, and what comes out compared.

/** All that a project holds, but for what is derived: the cache of file states and the index of the records. */
const allOf = ({ root }: TestProject) =>
  Object.fromEntries(Object.entries(snapshot(root)).filter(([path]) => !/\/(stat|index)-v1\//.test(path)));

const replay = async (here: TestProject, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const temporary = temporaryFolder();
  const ended = await stemma(here, ['replay', ...args], { env: { TMPDIR: temporary, ...env } });
  return { ...ended, left: readdirSync(temporary), temporary };
};

const chain = (word: string) => ({
  name: 'p',
  seed: 7,
  stages: {
    one: {
      run: ['node', 'scripts/one.mjs', '{deps.table}', '{outs.o}', '{params.word}'],
      deps: { table: { path: 'data/*.csv' }, list: { path: 'list' } },
      params: { word },
      outs: { o: { path: 'deep/o.json' }, all: { path: 'all' } },
      env: { declare: ['LEVEL'] },
      seed: true,
    },
    two: {
      run: 'cat {deps.i} > {outs.o}; cp -r {deps.all}/. {outs.tree}; wc -c < "$STEMMA_DEP_I" >> {outs.o}',
      deps: { i: 'one.o', all: 'one.all' },
      outs: { o: { path: 'o.txt' }, tree: { path: 'tree' } },
    },
  },
});

const oneScript = `
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
const [, , , out, word] = process.argv;
writeFileSync(out, JSON.stringify([word, out, readdirSync('data'), process.env.LEVEL, process.env.STEMMA_SEED]));
cpSync('list', process.env.STEMMA_OUT_ALL, { recursive: true });`;

const chained = (): TestProject => {
  const here = createProject();
  here.pipeline(chain('abc'));
  here.write('scripts/one.mjs', oneScript);
  here.write('data/a.csv', 'a\n');
  here.write('data/b.csv', 'b\n');
  here.write('list/x/y.txt', 'y');
  return here;
};

describe('a stage that does as it did', () => {
  it('is bit-exact, also long after: of a past run, whose pipeline is gone; and leaves nothing behind', async () => {
    const here = chained();
    const first = await runWell(here, [], { env: { LEVEL: '3' } });
    const { run } = stageRunOf(here, first, 'one');
    here.pipeline(chain('xyz'));
    await runWell(here);
    rmSync(join(here.root, 'pipelines/p.json'));
    rmSync(join(here.root, 'artifacts/p'), { recursive: true });
    const before = allOf(here);

    const one = await replay(here, ['one', 'p', '--run', run]);
    expect(one).toMatchObject({ exitCode: 0, left: [] });
    expect(one.stdout).toMatch(/^one of p, as executed in run \S+\n\n {2}bit-exact {2}all .*\n {2}bit-exact {2}o .*\n/);
    expect(one.stdout).toContain('bit-exact: 2 outs');
    expect(one.stderr).toContain('no pipeline that can be read has this stage today');
    const all = await replay(here, ['--all', 'p', '--json']);
    expect({ exitCode: all.exitCode, left: all.left }).toEqual({ exitCode: 0, left: [] });
    const lines = all.stdout.split('\n').map((line) => JSON.parse(line) as { stage: string; kind: string });
    expect(lines.map(({ stage, kind }) => `${stage} ${kind}`)).toEqual(['one compared', 'two compared']);
    expect(allOf(here)).toEqual(before);
  });

  it('is executed with the recorded code of its stage type, and with no other', async () => {
    const here = createProject();
    here.pipeline({ name: 'p', seed: 5, stages: { s: { uses: 'dice', params: { sides: 6 } } } });
    const code = (extra: string) => `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = async ({ outs, params, seed, memo, metrics }) => {
  const folder = await memo('piece', (path) => writeFileSync(path + '/n', String(seed('roll') % params.sides)));
  writeFileSync(outs.out, readFileSync(folder + '/n', 'utf8') + '${extra}');
  metrics({ roll: Number(readFileSync(folder + '/n', 'utf8')) });
};`;
    here.stageType('dice', { declaration: { seed: true }, code: code('') });
    await runWell(here);
    here.stageType('dice', { declaration: { seed: true }, code: `// A remark.${code('')}` });
    expect(await replay(here, ['s'])).toMatchObject({ exitCode: 0, left: [] });
    here.stageType('dice', { declaration: { seed: true }, code: code('!') });
    const changed = await replay(here, ['s']);
    expect(changed).toMatchObject({ exitCode: 1, left: [] });
    expect(changed.stdout).toMatch(
      /the code of stage type "dice" is no longer what it was: \w{8} was executed, now it/,
    );
    expect(changed.stdout).toContain('hint: check out the version of the code that was executed then');
  });
});

// What the fingerprint does not know of differs from run to run: a passed variable.
const hiddenScript = `
import { mkdirSync, writeFileSync } from 'node:fs';
const [, , text, tensors, model] = process.argv;
const step = Number(process.env.STEP);
const floats = new Float32Array([0.5, 0.25, 0.7]);
const bits = new Uint32Array(floats.buffer);
bits[2] += step;
const bytes = Buffer.from(floats.buffer);
const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [3], data_offsets: [0, 12] } }));
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(header.length));
writeFileSync(tensors, Buffer.concat([length, header, bytes]));
mkdirSync(model);
const weights = [{ name: 'dense/kernel', shape: [1, 2], dtype: 'float32' }, { name: 'dense/bias', shape: [1], dtype: 'float32' }];
writeFileSync(model + '/model.json', JSON.stringify({ weightsManifest: [{ paths: ['weights.bin'], weights }] }));
writeFileSync(model + '/weights.bin', bytes);
writeFileSync(text, 'same\\nat ' + (step ? process.hrtime.bigint() : 'first') + '\\n');
writeFileSync(process.env.STEMMA_METRICS, JSON.stringify({ step }));`;

describe('a stage that does not as it did', () => {
  it('is told by file, tensor, element and distance; what was freed, by digests alone', async () => {
    const here = createProject();
    here.write('hidden.mjs', hiddenScript);
    here.pipeline({
      name: 'p',
      seed: 1,
      stages: {
        s: {
          run: ['node', 'hidden.mjs', '{outs.text}', '{outs.tensors}', '{outs.model}'],
          outs: { text: { path: 't.txt' }, tensors: { path: 't.safetensors' }, model: { path: 'model' } },
          env: { pass: ['STEP'] },
        },
      },
    });
    const ran = await runWell(here, [], { env: { STEP: '0' } });
    expect(await replay(here, ['s'], { STEP: '0' })).toMatchObject({ exitCode: 0, left: [] });

    const found = await replay(here, ['s'], { STEP: '1' });
    expect(found).toMatchObject({ exitCode: 1, left: [] });
    expect(found.stdout).toMatch(/line 2, column 4: "at \d+"; recorded: "at first"/);
    const element = 'is 0.70000005; recorded: 0.7 (6.0e-8, 1 ULP apart). 1 of';
    expect(found.stdout).toContain(`tensor "w" (F32 [3]): element [2] ${element} 3 elements differs`);
    expect(found.stdout).toContain(
      `weights.bin: tensor "dense/bias" (F32 [1]): element [0] ${element} 1 element differs`,
    );
    expect(found.stdout).toContain('1 of 2 files differs');
    expect(found.stdout).toContain('metric 0 → 1');
    expect(found.stdout).toContain('3 of 3 outs are different, and 1 metric');

    const { outs } = stageRunOf(here, ran, 's');
    for (const { digest } of outs) rmSync(contentFile(join(here.root, 'artifacts/.store'), digest));
    const freed = await replay(here, ['s'], { STEP: '1' });
    expect(freed.exitCode).toBe(1);
    expect(freed.stdout.match(/the store no longer holds the recorded bytes/g)).toHaveLength(3);
  });

  it('that reads what it does not declare is found out', async () => {
    const here = createProject();
    here.write('data/extra.csv', 'extra');
    here.write('node_modules/some/index.js', '');
    here.pipeline({
      name: 'p',
      seed: 1,
      stages: {
        s: {
          run: ['sh', '-c', 'test -f node_modules/some/index.js && cat "$(printf data/)extra.csv" > {outs.o}'],
          outs: { o: { path: 'o' } },
          env: { pass: ['TOKEN'] },
        },
      },
    });
    await runWell(here, [], { env: { TOKEN: 'No such' } });
    const found = await replay(here, ['s', '--json'], { TOKEN: 'No such' });
    expect(JSON.parse(found.stdout)).toMatchObject({ kind: 'failed', undeclared: ['data/extra.csv'] });
    const { exitCode, stdout, left, temporary } = await replay(here, ['s', '--keep'], { TOKEN: 'No such' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('it names data/extra.csv, which stands in the project and is none of its inputs');
    // Values that are passed are shown to nobody.
    expect(stdout).not.toContain('No such');
    expect(stdout).toContain(`kept: ${join(temporary, left[0]!, 'project')}`);
    // What is kept belongs to the user: the next replay leaves it alone.
    await stemma(here, ['replay', 's'], { env: { TMPDIR: temporary } });
    expect(readdirSync(temporary)).toEqual(left);
  });
});

describe('what cannot be executed again', () => {
  it('is named, input by input', async () => {
    const here = chained();
    await runWell(here);
    here.write('data/c.csv', 'new');
    here.write('scripts/one.mjs', `${oneScript}\n`);
    rmSync(join(here.root, 'list'), { recursive: true });
    const { exitCode, stdout, left } = await replay(here, ['one']);
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: [] });
    expect(stdout).toMatch(
      /dep "table" \(path data\/\*\.csv\) is no longer what it was: \w{8} was read, now it is \w{8}/,
    );
    expect(stdout).toMatch(/dep "list" \(path list\) is no longer there; \w{8} was read/);
    expect(stdout).toMatch(/program file scripts\/one\.mjs is no longer what it was/);
    expect(stdout).toContain('nothing was executed');
  });

  it('is also what the store no longer holds', async () => {
    const here = chained();
    const { outs } = stageRunOf(here, await runWell(here), 'one');
    rmSync(contentFile(join(here.root, 'artifacts/.store'), outs.find(({ name }) => name === 'o')!.digest));
    const { exitCode, stdout } = await replay(here, ['two']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /dep "i" \(one\.o\) is no longer in the store: \w{8}\n {2}hint: replay the stage that made it/,
    );
  });

  it('is a mistake on the command line where there is no such thing', async () => {
    const here = createProject();
    here.pipeline({ name: 'p', seed: 1, stages: { fails: { run: 'exit 3', outs: { o: { path: 'o' } } } } });
    expect(await replay(here, ['fails'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('has not been run yet'),
    });
    await stemma(here, ['run']);
    expect((await replay(here, ['fails'])).stderr).toContain('has never ended well');
    expect((await replay(here, ['fail'])).stderr).toContain('did you mean "fails"?');
    expect((await replay(here, ['fails', '--run', 'last'])).stderr).toContain('was failed in run');
    expect((await replay(here, [])).exitCode).toBe(2);
  });
});

describe('interrupted', () => {
  const heldProject = async () => {
    const hold = await createHold();
    const here = createProject();
    here.pipeline({ name: 'p', seed: 1, stages: { s: { run: hold.command('s'), outs: { o: { path: 'o' } } } } });
    const running = runWell(here);
    const stage = await hold.started('s');
    await stage.write(stage.env['STEMMA_OUT_O']!, 'o');
    stage.exit(0);
    await running;
    return { hold, here, env: { TMPDIR: temporaryFolder() } };
  };

  it('by Ctrl-C, it ends its stage and takes its folder away', async () => {
    const { hold, here, env } = await heldProject();
    const child = startStemma(here, ['replay', 's'], { env });
    const stage = await hold.started('s');
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
    await stage.gone;
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });

  it('by SIGKILL, the next replay ends its stage and takes its folder away', async () => {
    const { hold, here, env } = await heldProject();
    const child = startStemma(here, ['replay', 's'], { env });
    const orphan = await hold.started('s');
    await orphan.ignoreSignals();
    child.kill('SIGKILL');
    await child;
    expect(lives(orphan.pid)).toBe(true);
    const next = startStemma(here, ['replay', 's'], { env });
    const stage = await hold.started('s');
    await orphan.gone;
    await stage.write(stage.env['STEMMA_OUT_O']!, 'o');
    stage.exit(0);
    expect((await next).exitCode).toBe(0);
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });
});
