import { join } from 'node:path';
import { runTool, type ToolOptions } from '../run-tool.ts';
import type { InstallJob } from './job.ts';
import { InstallProblem } from './problem.ts';
import { debian } from './python.ts';
import { libraries } from './source.ts';
import type { AddonSources } from './sources.ts';

/** Version of Node-API that the addon is compiled for; every Node that Stemma runs on has it. */
export const nodeApi = 8;

/** The first C++ compiler that is here: what CXX names, else the usual ones. */
export const findCompiler = async (options: ToolOptions): Promise<string> => {
  const named = options.environment['CXX'];
  const candidates = named === undefined || named === '' ? ['g++', 'c++', 'clang++'] : [named];
  for (const name of candidates) {
    const found = await runTool(name, ['--version'], options);
    if (found.kind === 'ended' && found.exitCode === 0) return name;
  }
  const missing =
    candidates.length > 1 ? 'there is no C++ compiler here' : `CXX names "${named}", which is no C++ compiler`;
  throw new InstallProblem(`${missing}, which the addon needs`, debian('g++'));
};

export interface Build {
  readonly compiler: string;
  readonly sources: AddonSources;
  /** Absolute path of TensorFlow's headers. */
  readonly include: string;
}

/** Compiles binding.node in the job's folder, linked to the libraries in its `lib/`. */
export const compileAddon = async ({ compiler, sources, include }: Build, job: InstallJob): Promise<void> => {
  const binding = join(sources.addon, 'binding');
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-w'];
  const defines = [`-DNAPI_VERSION=${nodeApi}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'];
  const files = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(binding, name));
  const link = [`-L${join(job.work, 'lib')}`, ...libraries.map((name) => `-l:${name}`), '-Wl,-rpath,$ORIGIN/lib'];
  const args = [...flags, ...defines, `-I${sources.headers}`, `-I${include}`, ...files, ...link, '-o', 'binding.node'];
  const { environment, signal } = job;
  const ended = await runTool(compiler, args, { environment, signal, cwd: job.work });
  if (ended.kind === 'ended' && ended.exitCode === 0) return;
  throw new InstallProblem(
    `${compiler} does not compile the addon: ${ended.kind === 'missing' ? 'it is gone' : complaint(ended.stderr)}`,
  );
};

/** The first line in which a compiler or a linker says what is wrong. */
const complaint = (said: string): string => {
  const lines = said.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /\berror\b|undefined reference|cannot find/i.test(line)) ?? lines.at(-1) ?? 'it says nothing'
  );
};
