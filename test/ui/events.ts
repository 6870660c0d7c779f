import type { RunEvent } from '../../src/types/events.ts';

/** An event and when it happens, in milliseconds since the run began. */
export type Timed = readonly [at: number, event: RunEvent];

const fingerprint = (head: string): string => `sha256:${head.padEnd(64, '0')}`;

const quiet = (stage: string, head: string, summary: string): RunEvent => ({
  type: 'stage-ended',
  stage,
  state: 'restored',
  fingerprint: fingerprint(head),
  because: ['outs missing'],
  seconds: 0.02,
  savedSeconds: 4.1,
  summary,
});

/** The run that the design shows, with the times of its events. */
export const mnistRun = (): readonly Timed[] => [
  [
    0,
    {
      type: 'run-started',
      run: '2026-11-23T14-02-07-e2b6',
      pipeline: 'mnist',
      stages: ['ingest', 'clean', 'split', 'normalize', 'augment', 'train', 'evaluate', 'report'],
      seed: 1337,
      backend: 'wasm (CPU, 2 threads)',
      passedOver: [],
    },
  ],
  [300, quiet('ingest', '4f2a91c0', '70,000 examples')],
  [350, quiet('clean', 'b81d07ee', '70,000 examples (0 duplicates)')],
  [400, quiet('split', '09c3aa51', '54,000 train, 6,000 validation, 10,000 test')],
  ...stage('normalize', '77e0d4b2', {
    from: 400,
    seconds: 0.4,
    because: ['params.method: "standard" → "min-max"'],
  }),
  ...stage('augment', 'c5190f3d', { from: 800, seconds: 0.3, because: ['dep train changed'] }),
  ...training(1100),
  ...stage('evaluate', '5d77c9f0', {
    from: 42_900,
    seconds: 1.1,
    because: ['dep model changed', 'dep test changed'],
    metrics: { accuracy: { value: 0.988, low: 0.986, high: 0.99 }, macro_f1: 0.9879 },
  }),
  ...stage('report', 'a03e5b18', {
    from: 44_000,
    seconds: 0.3,
    because: ['deps history, evaluation, preview changed'],
    summary: 'artifacts/mnist/report/report.html',
  }),
  [
    44_300,
    {
      type: 'run-ended',
      advice: [],
      run: '2026-11-23T14-02-07-e2b6',
      outcome: 'succeeded',
      counts: { ran: 5, restored: 3 },
      seconds: 44.1,
      savedSeconds: 12.3,
      record: fingerprint('c0ffee'),
      page: 'artifacts/mnist/run.html',
    },
  ],
];

interface Ran {
  readonly from: number;
  readonly seconds: number;
  readonly because: readonly string[];
  readonly summary?: string;
  readonly metrics?: Readonly<Record<string, number | { value: number; low: number; high: number }>>;
}

/** One stage that runs, from its start to its end. */
export function stage(name: string, head: string, { from, seconds, because, ...said }: Ran): readonly Timed[] {
  const common = { stage: name, fingerprint: fingerprint(head), because };
  return [
    [from, { type: 'stage-started', ...common, attempt: 1 }],
    [from + seconds * 1000, { type: 'stage-ended', ...common, state: 'ran', seconds, savedSeconds: 0, ...said }],
  ];
}

/** Three epochs of 422 steps in 41.8 s, reported every tenth of an epoch. */
function training(from: number): readonly Timed[] {
  const common = {
    stage: 'train',
    fingerprint: fingerprint('e2b6413a'),
    because: ['dep train changed', 'dep validation changed'],
  };
  const reports = Array.from({ length: 30 }, (_, index): Timed => {
    const done = Math.round(((index + 1) * 1266) / 30);
    const note = done < 422 ? 'epoch 1 of 3' : `epoch ${done < 844 ? 2 : 3} of 3, val_loss 0.0${done < 844 ? 62 : 45}`;
    const event: RunEvent = {
      type: 'stage-progress',
      stage: 'train',
      progress: { done, total: 1266, unit: 'steps', note },
    };
    return [from + (index + 1) * 1390, event];
  });
  return [
    [from, { type: 'stage-started', ...common, attempt: 1, expectedSeconds: 40.2 }],
    ...reports,
    [
      from + 41_800,
      {
        type: 'stage-ended',
        ...common,
        state: 'ran',
        seconds: 41.8,
        savedSeconds: 0,
        summary: 'epoch 3 of 3, best 3: val_loss 0.041, val_accuracy 0.988',
      },
    ],
  ];
}

/** Two stages fail with `--keep-going`; one of them prints what terminals would obey. */
export const failingRun = (): readonly Timed[] => [
  [
    0,
    {
      type: 'run-started',
      run: '2026-11-23T15-00-00-0bad',
      pipeline: 'penguins',
      stages: ['clean', 'features-of-the-body-mass', 'plot', 'train', 'evaluate'],
      seed: 7,
      backend: '',
      passedOver: [],
    },
  ],
  [10, { type: 'notice', message: 'outs are copied: this file system has no reflinks' }],
  [
    20,
    {
      type: 'stage-ended',
      stage: 'clean',
      state: 'up to date',
      fingerprint: fingerprint('aa11bb22'),
      because: [],
      seconds: 0,
      savedSeconds: 1.2,
      summary: '344 rows',
    },
  ],
  [
    30,
    {
      type: 'stage-started',
      stage: 'plot',
      fingerprint: fingerprint('0d0d0d0d'),
      because: ['it has never run'],
      attempt: 1,
    },
  ],
  [
    40,
    {
      type: 'stage-started',
      stage: 'features-of-the-body-mass',
      fingerprint: fingerprint('fea70000'),
      because: ['script scripts/features.py changed', 'params.bins: 16 → 32'],
      attempt: 1,
    },
  ],
  [900, { type: 'stage-retrying', stage: 'plot', attempt: 2, message: 'exit code 7' }],
  [950, { type: 'notice', stage: 'plot', message: 'it took longer than 0.5 s' }],
  [
    1500,
    {
      type: 'stage-ended',
      stage: 'features-of-the-body-mass',
      state: 'failed',
      fingerprint: fingerprint('fea70000'),
      because: ['script scripts/features.py changed', 'params.bins: 16 → 32'],
      seconds: 1.46,
      savedSeconds: 0,
      failure: {
        message: 'the command failed',
        exitCode: 1,
        output: [
          'Traceback (most recent call last):',
          '  File "scripts/features.py", line 12, in <module>',
          '\x1b[31mValueError\x1b[0m: \x1b[2J\x1b]0;owned\x07bins must be below 30,\tfound 32\r',
        ],
        log: 'artifacts/penguins/features-of-the-body-mass.log',
      },
    },
  ],
  [
    1600,
    {
      type: 'stage-ended',
      stage: 'plot',
      state: 'failed',
      fingerprint: fingerprint('0d0d0d0d'),
      because: ['it has never run'],
      seconds: 0.7,
      savedSeconds: 0,
      failure: { message: 'timed out after 0.5 s', timedOut: true, signal: 'SIGTERM', output: [] },
    },
  ],
  [
    1610,
    {
      type: 'stage-ended',
      stage: 'train',
      state: 'skipped',
      because: ['stage features-of-the-body-mass failed'],
      seconds: 0,
      savedSeconds: 0,
    },
  ],
  [
    1620,
    {
      type: 'stage-ended',
      stage: 'evaluate',
      state: 'skipped',
      because: ['stage train was skipped'],
      seconds: 0,
      savedSeconds: 0,
    },
  ],
  [
    1630,
    {
      type: 'run-ended',
      advice: [],
      run: '2026-11-23T15-00-00-0bad',
      outcome: 'failed',
      counts: { 'up to date': 1, failed: 2, skipped: 2 },
      seconds: 1.63,
      savedSeconds: 1.2,
      record: fingerprint('dead'),
      page: 'artifacts/penguins/run.html',
    },
  ],
];

/** Ctrl-C while two stages run. */
export const interruptedRun = (): readonly Timed[] => [
  [
    0,
    {
      type: 'run-started',
      run: '2026-11-23T16-00-00-0123',
      pipeline: 'two',
      stages: ['left', 'right', 'join'],
      seed: 1,
      backend: 'wasm (CPU, 2 threads)',
      passedOver: [],
    },
  ],
  [
    5,
    {
      type: 'stage-started',
      stage: 'left',
      fingerprint: fingerprint('11'),
      because: ['it has never run'],
      attempt: 1,
      expectedSeconds: 3,
    },
  ],
  [
    6,
    {
      type: 'stage-started',
      stage: 'right',
      fingerprint: fingerprint('22'),
      because: ['it has never run'],
      attempt: 1,
    },
  ],
  [700, { type: 'stage-progress', stage: 'right', progress: { done: 3, total: 10, unit: 'files' } }],
  [
    2500,
    {
      type: 'stage-ended',
      stage: 'left',
      state: 'interrupted',
      fingerprint: fingerprint('11'),
      because: ['it has never run'],
      seconds: 2.5,
      savedSeconds: 0,
    },
  ],
  [
    2510,
    {
      type: 'stage-ended',
      stage: 'right',
      state: 'interrupted',
      fingerprint: fingerprint('22'),
      because: ['it has never run'],
      seconds: 2.5,
      savedSeconds: 0,
    },
  ],
  [2520, { type: 'stage-ended', stage: 'join', state: 'cancelled', because: [], seconds: 0, savedSeconds: 0 }],
  [
    2530,
    {
      type: 'run-ended',
      advice: [],
      run: '2026-11-23T16-00-00-0123',
      outcome: 'interrupted',
      counts: { interrupted: 2, cancelled: 1 },
      seconds: 2.53,
      savedSeconds: 0,
      record: fingerprint('beef'),
    },
  ],
];

/** A chain of `count` stages, of which those named in `ran` ran. */
export const chain = (count: number, ran: readonly number[] = []): readonly Timed[] => {
  const names = Array.from({ length: count }, (_, index) => `stage-${String(index).padStart(4, '0')}`);
  const ended = names.map((name, index): Timed => {
    const did = ran.includes(index);
    const because = did ? ['params.bins: 16 → 32'] : [];
    const seconds = did ? 0.02 : 0;
    const state = did ? 'ran' : 'up to date';
    const common = { stage: name, fingerprint: fingerprint(index.toString(16)), because, seconds };
    return [
      index / 10,
      { type: 'stage-ended', ...common, state, savedSeconds: did ? 0 : 0.01, summary: `piece ${index}` },
    ];
  });
  const counts = { ran: ran.length, 'up to date': count - ran.length };
  const run = '2026-11-23T17-00-00-1000';
  return [
    [0, { type: 'run-started', run, pipeline: 'chain', stages: names, seed: 1, backend: '', passedOver: [] }],
    ...ended,
    [
      count / 10,
      {
        type: 'run-ended',
        advice: [],
        run,
        outcome: 'succeeded',
        counts,
        seconds: count / 10_000,
        savedSeconds: 10,
        record: fingerprint('f00d'),
      },
    ],
  ];
};
export const noOp = (): readonly Timed[] => chain(1000);
export const fewOfMany = (): readonly Timed[] => chain(40, [3, 5]);
