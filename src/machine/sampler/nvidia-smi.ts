import { type ChildProcess, spawn } from 'node:child_process';

/** One reading of one GPU. What it does not tell (`[N/A]`) is absent. */
export interface GpuReading {
  /** When nvidia-smi took it, in ms of its own clock. */
  readonly time: number;
  readonly index: number;
  readonly name: string;
  /** Per cent of the time, since the reading before, in which at least one kernel was running. */
  readonly utilization: number;
  /** Bytes. */
  readonly memory?: number;
  readonly memoryTotal?: number;
  /** Watts. */
  readonly power?: number;
  /** Degrees Celsius. */
  readonly temperature?: number;
}

export interface GpuWatch {
  /** Ends it, and resolves when all that it said has been heard. Says why it told nothing, where it is there. */
  end(): Promise<string | undefined>;
}

export interface GpuWatchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** CUDA_VISIBLE_DEVICES of the stage: undefined for all, empty for none. */
  readonly visible: string | undefined;
  /** Seconds between two readings. */
  readonly interval: number;
  readonly onReading: (reading: GpuReading) => void;
}

/**
 * Starts one nvidia-smi that tells the state of the GPUs again and again; undefined where the stage sees none.
 * Whatever it does, nobody waits for it: it may be absent, hang, end early or print what is no reading.
 */
export const watchGpus = ({ environment, visible, interval, onReading }: GpuWatchOptions): GpuWatch | undefined => {
  if (visible !== undefined && !/^\s*[^\s,-]/.test(visible)) return undefined;
  const which = visible === undefined ? [] : ['-i', visible.replaceAll(/\s/g, '')];
  const argv = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits', '-lms', `${interval * 1000}`];
  const child = spawn('nvidia-smi', [...argv, ...which], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // The runner does not stay for its sake.
  child.unref();
  const { stdout } = child;
  if ('unref' in stdout && typeof stdout.unref === 'function') stdout.unref();
  running.add(child);

  let heard = 0;
  let ended = '';
  let rest = '';
  stdout.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!.slice(-longestLine);
    for (const line of lines) {
      const reading = parseReading(line);
      if (reading === undefined) continue;
      heard += 1;
      onReading(reading);
    }
  });
  const closed = new Promise<void>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      ended = error.code === 'ENOENT' ? absent : `nvidia-smi could not be started: ${error.code}`;
      resolve();
    });
    child.once('exit', (code) => {
      if (code !== null) ended = `nvidia-smi ended with exit code ${code}`;
    });
    child.once('close', () => resolve());
  });
  return {
    end: async () => {
      child.kill('SIGKILL');
      running.delete(child);
      // From here on it is waited for, and nothing else may be left that keeps the runner alive meanwhile.
      child.ref();
      const patience = waiting(1000);
      await Promise.race([closed, patience.over]);
      patience.end();
      child.unref();
      stdout.destroy();
      if (heard > 0 || ended === absent) return undefined;
      return ended === '' ? 'nvidia-smi told nothing that could be read' : ended;
    },
  };
};

// However we end, except by SIGKILL, none goes on without us.
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const absent = 'absent';

/** A line that is longer is no reading. */
const longestLine = 4096;

/** A process that hangs in the driver cannot be ended; it is left to the system. */
const waiting = (milliseconds: number): { readonly over: Promise<void>; readonly end: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return { over, end: () => clearTimeout(timer) };
};

const fields = [
  'timestamp',
  'index',
  'name',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'power.draw',
  'temperature.gpu',
];

/** `2026/11/25 20:47:09.123, 0, NVIDIA H100 80GB HBM3, 97, 5120, 81559, 612.50, 61`: MiB, W, °C. */
export const parseReading = (line: string): GpuReading | undefined => {
  const parts = line.split(',').map((part) => part.trim());
  if (parts.length !== fields.length) return undefined;
  const [timestamp, index, name, utilization, ...others] = parts as [string, string, string, string, ...string[]];
  const time = timeOf(timestamp);
  const [memory, memoryTotal, power, temperature] = others.map(numberOf);
  const percent = numberOf(utilization);
  if (time === undefined || !/^\d+$/.test(index) || percent === undefined || percent > 100) return undefined;
  return {
    time,
    index: Number(index),
    name,
    utilization: percent,
    ...(memory !== undefined && { memory: memory * mebibyte }),
    ...(memoryTotal !== undefined && { memoryTotal: memoryTotal * mebibyte }),
    ...(power !== undefined && { power }),
    ...(temperature !== undefined && { temperature }),
  };
};

const mebibyte = 2 ** 20;

const numberOf = (text: string): number | undefined => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);

/** Its clock shows local time; only distances are of use. */
const timeOf = (timestamp: string): number | undefined => {
  const parts = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})$/.exec(timestamp)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year, month, day, ...rest] = parts as [number, number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, ...rest);
};
