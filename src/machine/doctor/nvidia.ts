import { runTool, type ToolOptions } from '../run-tool.ts';

/** What NVIDIA's driver says of itself and of its cards, or why it says nothing. */
export type Nvidia =
  | {
      readonly found: true;
      readonly driver: string;
      /** The newest CUDA that the driver can serve; undefined where it does not say. */
      readonly cuda?: string;
      readonly gpus: readonly NvidiaGpu[];
    }
  | { readonly found: false; readonly why: string };

export interface NvidiaGpu {
  readonly index: number;
  readonly name: string;
  /** Bytes. */
  readonly memory: number;
}

export const findNvidia = async (options: ToolOptions): Promise<Nvidia> => {
  const fields = ['index', 'name', 'memory.total', 'driver_version'];
  const args = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'];
  const asked = await runTool('nvidia-smi', args, { ...options, timeout: patience });
  if (asked.kind === 'missing') return { found: false, why: 'there is no nvidia-smi here' };
  if (asked.kind === 'signal') return { found: false, why: `nvidia-smi was ended by ${asked.signal}` };
  const gpus = asked.exitCode === 0 ? asked.stdout.split('\n').flatMap(gpuIn) : [];
  if (gpus.length === 0) {
    const said = `${asked.stdout}\n${asked.stderr}`.trim().split('\n')[0];
    return { found: false, why: `nvidia-smi lists no GPU${said ? `: ${said}` : ''}` };
  }
  const cuda = await cudaVersion(options);
  return {
    found: true,
    driver: gpus[0]!.driver,
    gpus: gpus.map(({ driver: _, ...gpu }) => gpu),
    ...(cuda && { cuda }),
  };
};

/** Milliseconds: a driver that is out of order can hang. */
const patience = 20_000;

/** `0, NVIDIA H100 PCIe, 81559, 550.54.15`; a name may hold a comma. */
const gpuIn = (line: string): (NvidiaGpu & { readonly driver: string })[] => {
  const [, index, name, memory, driver] = /^\s*(\d+),\s*(.+),\s*(\d+),\s*([\d.]+)\s*$/.exec(line) ?? [];
  if (name === undefined) return [];
  return [{ index: Number(index), name, memory: Number(memory) * 2 ** 20, driver: driver! }];
};

/** It stands only in the table for people. */
const cudaVersion = async (options: ToolOptions): Promise<string | undefined> => {
  const table = await runTool('nvidia-smi', [], { ...options, timeout: patience });
  return table.kind === 'ended' ? /CUDA Version:\s*([\d.]+)/.exec(table.stdout)?.[1] : undefined;
};
