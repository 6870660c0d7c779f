import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A program that trains a round for each line that it gets, and says how many seconds it took and, where it knows, how many
 * megabytes it has had at most, and how many seconds of processor time it took.
 */
export interface Trainer {
  readonly name: string;
  readonly argv: readonly string[];
  /** On top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What came of a trainer: seconds, memory and processor time of its rounds, or why it did not train. */
export type Outcome =
  | {
      readonly said: string;
      readonly seconds: readonly number[];
      readonly megabytes: readonly number[];
      readonly processor: readonly number[];
    }
  | { readonly missing: string };

/**
 * Starts the trainers one after the other, lets each train a round that does not count, and then all in turn: so that a
 * change of the machine's speed meets all of them alike.
 */
export const takeTurns = async (
  trainers: readonly Trainer[],
  rounds: number,
): Promise<ReadonlyMap<string, Outcome>> => {
  const started: Started[] = [];
  for (const trainer of trainers) started.push(await start(trainer));
  const seconds = started.map((): number[] => []);
  const megabytes = started.map((): number[] => []);
  const processor = started.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, each] of started.entries()) {
      const answer = await each.ask?.();
      if (answer === undefined) continue;
      const [took, had, used] = answer.split(' ').map(Number);
      seconds[at]!.push(took!);
      if (had !== undefined) megabytes[at]!.push(had);
      if (used !== undefined) processor[at]!.push(used);
    }
  }
  for (const each of started) each.stop();
  return new Map(
    started.map(({ name, said, ask, failure }, at) => [
      name,
      ask === undefined || seconds[at]!.length < rounds
        ? { missing: failure() }
        : { said, seconds: seconds[at]!, megabytes: megabytes[at]!, processor: processor[at]! },
    ]),
  );
};

interface Started {
  readonly name: string;
  /** What it says of itself once it is ready. */
  readonly said: string;
  /** Lets it train a round. Absent: it has ended instead of getting ready. */
  readonly ask?: () => Promise<string | undefined>;
  readonly failure: () => string;
  readonly stop: () => void;
}

const start = async ({ name, argv, env }: Trainer): Promise<Started> => {
  const [file, ...rest] = argv;
  const child = spawn(file!, rest, { env: { ...process.env, ...env } });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const failed = new Promise<undefined>((resolve) => child.once('error', (error) => resolve(void errors.push(String(error))))); // biome-ignore format: one line
  const next = async (): Promise<string | undefined> => {
    const found = await Promise.race([lines.next(), failed]);
    return found?.done === false ? found.value : undefined;
  };
  const ready = await next();
  return {
    name,
    said: ready?.replace(/^ready /, '') ?? '',
    ...(ready?.startsWith('ready') && { ask: () => ask(child, next) }),
    failure: () => `${name}: ${reasonIn(errors.join(''))}`,
    stop: () => child.stdin.end(),
  };
};

const ask = (child: ChildProcessWithoutNullStreams, next: () => Promise<string | undefined>) => {
  child.stdin.write('\n');
  return next();
};

/** The error among what a program wrote, else its last line. */
const reasonIn = (text: string): string => {
  const lines = text.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? (lines.at(-1) || 'it ended without a word');
};
