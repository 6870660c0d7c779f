/** What the libraries have to fit. */
export interface System {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** Version of the GNU C library; null on musl, and where there is none. */
  readonly glibc: string | null;
}

/** This machine's. */
export const thisSystem = (): System => {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: header.glibcVersionRuntime ?? null };
};

/** Why no TensorFlow can be installed on a machine, whatever is given; undefined where one can. */
export const unfitness = ({ platform, arch, glibc }: System): string | undefined => {
  if (platform !== 'linux') return `TensorFlow is installed on Linux only, and this is ${platform}`;
  if (glibc === null) return "TensorFlow's libraries need the GNU C library, which this system (musl) does not have";
  if (olderThan(glibc, oldestGlibc)) return `TensorFlow needs glibc ${oldestGlibc} or newer, and this is ${glibc}`;
  if (arch !== 'x64' && arch !== 'arm64') return `there is no TensorFlow for processors of the kind ${arch}`;
  return undefined;
};

/** The wheels' own tag. */
const oldestGlibc = '2.27';

const olderThan = (version: string, least: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
};
