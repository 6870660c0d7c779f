import type { CheckName } from './finding.ts';

/** A kind of file below `artifacts/`: who looks at it, or why nobody has to. */
export interface FileKind {
  /** Of a path relative to `artifacts/`. */
  readonly form: RegExp;
  readonly checked: CheckName | 'not';
  /** Why what is written there needs no check. */
  readonly reason?: string;
}

const hex = (digits: number): string => `[0-9a-f]{${digits}}`;
const shard = `${hex(2)}/${hex(62)}`;
const inStore = (form: string): RegExp => new RegExp(`^\\.store/${form}$`, 's');

/** Every kind of file that Stemma writes into the store. What is of none of them is foreign. */
export const storeKinds: readonly FileKind[] = [
  { form: inStore(`content-v1/${shard}`), checked: 'content' },
  { form: inStore(`fingerprints-v1/${shard}\\.json`), checked: 'cache entries' },
  { form: inStore(`records-v1/stage-runs/${shard}\\.json`), checked: 'stage runs' },
  { form: inStore(`records-v1/runs/[\\dT-]{19}-${hex(4)}\\.json`), checked: 'runs' },
  { form: inStore('records-v1/head'), checked: 'runs' },
  { form: inStore('state-v1/[^/]+/[^/]+\\.json'), checked: 'states' },
  { form: inStore(`code-v1/(${hex(64)}\\.mjs|${hex(16)}\\.json)`), checked: 'code' },
  { form: inStore(`memo-v1/${hex(64)}/(SHA256SUMS|piece/.*)`), checked: 'pieces' },
  { form: inStore(`scratch-v1/${hex(64)}/(.*/)?checkpoint-v2-[^/]*/.*`), checked: 'pieces' },
  {
    form: inStore(`scratch-v1/${hex(64)}/.*`),
    checked: 'not',
    reason: "a stage's own code writes it, and may be killed while it does: what it reads there is its to check",
  },
  { form: inStore(`stat-v1/(small\\.json|${hex(16)}\\.table)`), checked: 'derived files' },
  {
    form: inStore('(ablations|remedies|sweeps)-v1/[^/]+\\.json'),
    checked: 'not',
    reason:
      'the file of a pipeline that an ablation, a sweep or a trial of a remedy made: the record of each run of it names the digest of its own',
  },
  { form: inStore('pins'), checked: 'not', reason: 'people write it: the runs that gc is to keep' },
  { form: inStore('index-v1/.*\\.(json|packed)'), checked: 'derived files' },
  { form: inStore('accepted-v1/[^/]+\\.json'), checked: 'derived files' },
  {
    form: inStore('locks-v1/.*'),
    checked: 'not',
    reason: 'it names the process that works there, and is gone when that ends',
  },
  {
    form: inStore('running-v1/.*\\.jsonl'),
    checked: 'not',
    reason: 'the journal of a run under way, from which the next run seals it if it was killed',
  },
  {
    form: inStore(`refused-v1/${hex(64)}`),
    checked: 'not',
    reason: 'a line that says why a fingerprint cannot be executed; without it, a run finds it out again',
  },
  {
    form: inStore(`sources-v1/${hex(64)}/.+`),
    checked: 'not',
    reason: 'a copy of content, or a download that no stage has read yet: its digest is checked before it is read',
  },
  {
    form: inStore(`downloads-v1/${hex(64)}(\\.json)?`),
    checked: 'not',
    reason: 'what has come so far of a file: its digest is checked when it is whole',
  },
  {
    form: inStore('work-v1/.*'),
    checked: 'not',
    reason: 'work under way: what comes of it is checked when it is recorded',
  },
];

/**
 * Files in the workspace that are no outs: the page that each run of the pipeline writes, checked against its record; and
 * what stages wrote for people to watch, which nothing reads and no record names.
 */
export const pages = /^([^/]+\/run\.html|\.runs\/.*)$/s;

/** What pipelines have accepted and published, and the link to it: checked against the records, too. */
export const published = /^[^/]+\/(accepted|\.accepted\/.*)$/s;
