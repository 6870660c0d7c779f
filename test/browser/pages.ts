import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/types/json.ts';
import type { TestProject } from '../rig/project.ts';

const root = join(import.meta.dirname, '../..');

interface Stage {
  readonly deps?: JsonObject;
  readonly params?: JsonObject;
}

/** A pipeline of the repository, with other values in some params, put into a project that has our packages. */
export const pipelineWith = (
  here: TestProject,
  name: string,
  changes: Readonly<Record<string, Stage | null>>,
): void => {
  const pipeline = JSON.parse(readFileSync(join(root, 'pipelines', `${name}.json`), 'utf8')) as {
    stages: Record<string, Stage>;
  };
  for (const [stage, change] of Object.entries(changes)) {
    if (change === null) delete pipeline.stages[stage];
    else {
      const { deps, params, ...more } = pipeline.stages[stage]!;
      pipeline.stages[stage] = { ...more, deps: { ...deps, ...change.deps }, params: { ...params, ...change.params } };
    }
  }
  here.pipeline(pipeline, name);
};

export const withPackages = (here: TestProject): void =>
  symlinkSync(join(root, 'node_modules'), join(here.root, 'node_modules'));

/** What somebody plants who wants a reader's browser to do something. */
export const planted = {
  script: '<script>document.title = "owned"; alert(1)</script>',
  image: '<img src="https://evil.invalid/pixel.png" onerror="alert(2)">',
  style: '</style><style>body { background: url(https://evil.invalid/bg.png) }',
  link: '<a href="javascript:alert(3)">win</a>',
  svg: '<svg onload="alert(4)"><use href="https://evil.invalid/x.svg#a"/></svg>',
} as const;

/** E-mails of two kinds, each with something planted; the one kind's name is markup, too. */
export const plantMails = (here: TestProject): void => {
  const words = ['meeting', 'minutes', 'tomorrow', 'budget', 'lunch', 'project', 'review', 'draft'];
  const offers = ['winner', 'prize', 'casino', 'cheap', 'pills', 'click', 'free', 'million'];
  for (let at = 0; at < 60; at += 1) {
    const isSpam = at % 2 === 0;
    // Some mails of the one kind speak like the other, so that something goes wrong.
    const from = isSpam === at % 10 < 8 ? offers : words;
    const text = Array.from({ length: 12 }, (_, word) => from[(at * 7 + word * ((at % 5) + 1)) % 8]).join(' ');
    const plant = Object.values(planted)[at % 5];
    here.write(
      `mails/${isSpam ? 'junk' : 'good'}/${String(at).padStart(3, '0')}.eml`,
      `From: a${at}@example.org\nSubject: ${planted.script} ${at}\nDate: Mon, 1 Jan 2024 10:${String(at).padStart(2, '0')}:00 +0000\nContent-Type: text/plain\n\n${text} ${plant} ${at} ${text}\n`,
    );
  }
};

export const mailPipeline = {
  name: 'mails',
  seed: 1,
  objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
  stages: {
    ingest: {
      uses: 'ingest',
      deps: { source: { path: 'mails' } },
      params: { format: 'emails', target: 'label', emails: { labels: { junk: planted.image, good: planted.style } } },
    },
    split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { test: 0.4, validation: 0.2 } },
    profile: { uses: 'profile', deps: { examples: 'split.train' } },
    normalize: {
      uses: 'normalize',
      deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
      params: {
        columns: {
          body: { method: 'tokens', length: 24, max_words: 200 },
          subject: 'drop',
          from: 'drop',
          date: 'drop',
        },
      },
    },
    train: {
      uses: 'train',
      deps: { train: 'normalize.train', validation: 'normalize.validation', fitted: 'normalize.fitted' },
      params: { model: { preset: 'lstm', units: [8], embedding: 8 }, epochs: 1, batch_size: 16 },
    },
    evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
    report: {
      uses: 'report',
      deps: {
        profile: 'profile.profile',
        history: 'train.history',
        findings: 'train.findings',
        evaluation: 'evaluate.evaluation',
        model: 'train.model',
        examples: 'ingest.examples',
        origins: 'ingest.origins',
      },
    },
  },
};

/** A table whose columns, values and file have names that are markup. */
export const plantTable = (here: TestProject): string => {
  const file = `<script>alert(5)<script>.csv`;
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = Array.from({ length: 80 }, (_, at) =>
    [at % 7, (at * 13) % 11, cell(at % 3 === 0 ? planted.link : planted.svg)].join(','),
  );
  here.write(file, [[cell(planted.image), cell(planted.link), cell(planted.script)].join(','), ...rows].join('\n'));
  return file;
};

export const tablePipeline = (file: string) => ({
  name: 'table',
  seed: 1,
  stages: {
    ingest: { uses: 'ingest', deps: { source: { path: file } }, params: { target: planted.script } },
    split: { uses: 'split', deps: { examples: 'ingest.examples' }, params: { test: 0.4, validation: 0.2 } },
    profile: { uses: 'profile', deps: { examples: 'split.train' } },
    leakage: { uses: 'leakage', deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' } },
    normalize: {
      uses: 'normalize',
      deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
    },
    augment: { uses: 'augment', deps: { train: 'normalize.train' }, params: { noise: 0.05 } },
    train: {
      uses: 'train',
      deps: { train: 'augment.train', validation: 'normalize.validation', fitted: 'normalize.fitted' },
      params: { model: { preset: 'mlp', units: [4] }, epochs: 1, batch_size: 16 },
    },
    evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test' } },
    report: {
      uses: 'report',
      deps: {
        profile: 'profile.profile',
        leakage: 'leakage.leakage',
        preview: 'augment.preview',
        history: 'train.history',
        evaluation: 'evaluate.evaluation',
        examples: 'ingest.examples',
        origins: 'ingest.origins',
      },
    },
  },
});
