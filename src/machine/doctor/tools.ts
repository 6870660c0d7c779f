import { runTool, type ToolOptions } from '../run-tool.ts';
import { findCompiler } from '../tensorflow/addon.ts';
import { InstallProblem } from '../tensorflow/problem.ts';
import { debian, findInPython } from '../tensorflow/python.ts';

/** A program that an installation needs, or why it is not to be had. */
export type Tool =
  | { readonly found: true; readonly version: string }
  | { readonly found: false; readonly why: string; readonly hint?: string };

export interface Tools {
  readonly compiler: Tool;
  readonly python: Tool;
  readonly pip: Tool;
  /** A TensorFlow of the right version that Python has; an installation would copy it. */
  readonly pythonTensorflow?: string;
}

export const findTools = async (options: ToolOptions): Promise<Tools> => {
  const [compiler, python, pip, tensorflow] = await Promise.all([
    compilerOf(options),
    version('python3', ['--version'], options),
    version('python3', ['-m', 'pip', '--version'], options),
    findInPython(options),
  ]);
  return { compiler, python, pip, ...(tensorflow && { pythonTensorflow: tensorflow.folder }) };
};

const compilerOf = async (options: ToolOptions): Promise<Tool> => {
  try {
    return await version(await findCompiler(options), ['--version'], options);
  } catch (error) {
    if (!(error instanceof InstallProblem)) throw error;
    const { message: why, hint } = error;
    return { found: false, why, ...(hint !== undefined && { hint }) };
  }
};

/** The first line of what a program says of its version. */
const version = async (command: string, args: readonly string[], options: ToolOptions): Promise<Tool> => {
  const ended = await runTool(command, args, options);
  if (ended.kind === 'ended' && ended.exitCode === 0) return { found: true, version: versionIn(ended.stdout) };
  const what = args.includes('pip') ? 'python3 here has no pip' : `there is no ${command} here`;
  return { found: false, why: what, hint: debian(args.includes('pip') ? 'python3-pip' : command) };
};

/** `Python 3.11.7`, `pip 23.2.1 from …`: what the first line begins with is known. */
const versionIn = (said: string): string => {
  const line = said.split('\n')[0]!.trim();
  return /^(?:Python|pip) (\S+)/.exec(line)?.[1] ?? line;
};
