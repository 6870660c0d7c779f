import { type Command, CommanderError, Option } from 'commander';

/** Gives a command the options of every command that reads a pipeline. */
export const withPipeline = (command: Command): Command =>
  command
    .option('--set <path=value>', 'override a value of the pipeline, as stages.train.params.epochs=3', collect, [])
    .addOption(
      new Option('--backend <name>', 'insist on a backend').choices(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']),
    )
    .option('--json', 'print JSON on stdout, for programs');

export const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Parsers of numbers, for options. */
export const positive = (text: string): number => numberFrom(text, 1);
export const collectPositive = (text: string, before: readonly number[]): number[] => [...before, positive(text)];
export const count = (text: string): number => numberFrom(text, 0);

const numberFrom = (text: string, least: number): number => {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new CommanderError(2, 'stemma.number', `error: expected a whole number from ${least} on, found "${text}"`);
};
