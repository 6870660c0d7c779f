import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './project.ts';

/** Holds stages by the hand: each waits until the test tells it what to do, so that no test has to sleep. */
export interface Hold {
  /** Argv of a stage that is to be held. */
  command(name: string): string[];
  /** Resolves when the stage's process has started: each start is handed out once. */
  started(name: string): Promise<HeldStage>;
}

export interface HeldStage {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  write(path: string, text: string): Promise<void>;
  print(text: string): Promise<void>;
  /** Lives on when it is asked to end. */
  ignoreSignals(): Promise<void>;
  /** Resolves when it has been asked to end, and has ignored it. */
  signalled(): Promise<string>;
  /** Starts another process below it, which is held under the name given. */
  child(name: string, options: { readonly detached: boolean }): Promise<void>;
  exit(code: number): void;
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<void>;
}

export const createHold = async (): Promise<Hold> => {
  const path = join(temporaryFolder(), 'hold');
  const starts = new Map<string, Queue<HeldStage>>();
  const queueOf = (name: string) => {
    if (!starts.has(name)) starts.set(name, createQueue());
    return starts.get(name)!;
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    void greet(socket).then(({ name, stage }) => queueOf(name).put(stage));
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    command: (name) => [process.execPath, heldProgram, path, name],
    started: (name) => queueOf(name).take(),
  };
};

const heldProgram = fileURLToPath(new URL('./held.mjs', import.meta.url));

interface Hello {
  readonly name: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
}

const greet = async (socket: Socket): Promise<{ readonly name: string; readonly stage: HeldStage }> => {
  // A process that is killed resets its connection.
  socket.on('error', () => {});
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const answers = createQueue<unknown>();
  const signals = createQueue<string>();
  createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line) as object;
    if ('signal' in message) signals.put(String(message.signal));
    else answers.put(message);
  });
  const { name, pid, env } = (await answers.take()) as Hello;
  const tell = (act: object) => socket.write(`${JSON.stringify(act)}\n`);
  const ask = async (act: object): Promise<unknown> => {
    tell(act);
    return ((await answers.take()) as { done: unknown }).done;
  };
  const stage: HeldStage = {
    pid,
    env,
    gone,
    write: async (path, text) => void (await ask({ do: 'write', path, text })),
    print: async (text) => void (await ask({ do: 'print', text })),
    signalled: () => signals.take(),
    ignoreSignals: async () => void (await ask({ do: 'ignoreSignals' })),
    child: async (child, { detached }) => void (await ask({ do: 'child', name: child, detached })),
    exit: (code) => void tell({ do: 'exit', code }),
  };
  return { name, stage };
};

interface Queue<Value> {
  put(value: Value): void;
  take(): Promise<Value>;
}

const createQueue = <Value>(): Queue<Value> => {
  const values: Value[] = [];
  const takers: ((value: Value) => void)[] = [];
  return {
    put: (value) => {
      const taker = takers.shift();
      if (taker) taker(value);
      else values.push(value);
    },
    take: () => (values.length > 0 ? Promise.resolve(values.shift()!) : new Promise((resolve) => takers.push(resolve))),
  };
};
