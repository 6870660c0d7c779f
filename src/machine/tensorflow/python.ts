import { runTool, type ToolEnd, type ToolOptions } from '../run-tool.ts';
import { InstallProblem } from './problem.ts';
import { tensorflowVersion } from './versions.ts';

/** A TensorFlow that some Python has. */
export interface PythonTensorflow {
  /** Absolute path of its package folder `tensorflow`. */
  readonly folder: string;
  readonly version: string;
  readonly cuda: boolean;
}

/**
 * The TensorFlow of the right version that the `python3` of PATH has, without importing it; undefined where there is
 * none, or no Python.
 */
export const findInPython = async (options: ToolOptions): Promise<PythonTensorflow | undefined> => {
  const ended = await python(['-c', look], options);
  if (ended.kind !== 'ended' || ended.exitCode !== 0) return undefined;
  const [version, folder, cuda] = ended.stdout.trim().split('\n');
  if (version !== tensorflowVersion || folder === undefined || folder === '') return undefined;
  return { version, folder, cuda: cuda === 'True' };
};

/** Whether there is a Python with pip; says why not. */
export const requirePip = async (options: ToolOptions): Promise<void> => {
  const found = await python(['-m', 'pip', '--version'], options);
  if (found.kind === 'missing') {
    throw new InstallProblem(
      'there is no python3 here, whose pip would bring TensorFlow',
      `${debian('python3-pip')}, ${orFrom}`,
    );
  }
  if (found.kind === 'signal' || found.exitCode !== 0) {
    throw new InstallProblem(
      'python3 here has no pip, which would bring TensorFlow',
      `${debian('python3-pip')}, ${orFrom}`,
    );
  }
};

export const python = (args: readonly string[], options: ToolOptions): Promise<ToolEnd> =>
  runTool('python3', args, options);

const orFrom = 'or give a TensorFlow with --from';

/** How to get a package of the system. */
export const debian = (name: string): string => `install it, as with \`apt-get install ${name}\` on Debian`;

// Metadata only: to import TensorFlow takes seconds, and could fail.
const look = `
import importlib.metadata as metadata, pathlib, re
for name in ('tensorflow', 'tensorflow-cpu'):
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        continue
    folder = pathlib.Path(found.locate_file('tensorflow'))
    if not (folder / 'libtensorflow_cc.so.2').is_file():
        continue
    try:
        cuda = re.search(r"'is_cuda_build', (True|False)", (folder / 'python/platform/build_info.py').read_text())
    except OSError:
        cuda = None
    print(found.version, folder.resolve(), cuda.group(1) if cuda else 'False', sep='\\n')
    break
`;
