import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { execa as Execa } from 'execa';
import type { Grant } from './grant.ts';
import { common, type HostMessage, type HostProcess, hostPlace, startHost } from './host-process.ts';
import { isStageMessage, type StageMessage } from './messages.ts';
import { commandEnvironment, orderVariables, type WorkOrder } from './order.ts';
import type { Spare } from './spare.ts';
import { openStreams } from './streams.ts';

export interface LaunchRequest {
  readonly order: WorkOrder;
  /** Absolute path of the project: the process's working folder. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly grant: Grant;
  readonly onMessage: (message: StageMessage) => void;
  readonly spare?: Spare;
  /** Folder for what is watched, relative to the project; a module's alone. */
  readonly observations?: string;
}

/** Starts the process of an order, with its output going straight into the order's log. */
export const launch = (execa: typeof Execa, request: LaunchRequest) => {
  const { order, root } = request;
  const logFile = join(root, order.work, 'log');
  if (order.program.kind === 'module') {
    const place = hostPlace(order, request);
    const waiting = request.spare?.take(place, logFile);
    if (waiting !== undefined) return handOver(waiting, request);
    return withFile(logFile, (log) =>
      started(listened(startHost(execa, place, { log, given: givenTo(request) }), request)),
    );
  }
  return withFile(logFile, (log) => startCommand(execa, request, log));
};

/** The variables that differ from order to order. */
const givenTo = ({ order, root, observations }: LaunchRequest): Record<string, string> => ({
  ...orderVariables(order),
  ...(observations !== undefined && { STEMMA_OBSERVATIONS: join(root, observations) }),
});

/** What has its order from the start has begun. */
const started = <Child>(child: Child) => ({ child, begin: () => {}, hasBegun: () => true });

const handOver = (child: HostProcess, request: LaunchRequest) => {
  let begun = false;
  child.on('message', (message) => {
    if (isStageMessage(message) && message.type === 'began') begun = true;
  });
  const order: HostMessage = { type: 'order', environment: givenTo(request) };
  return {
    child: listened(child, request),
    // If it is not there any more, that is seen by its end.
    begin: () => void child.send(order, () => {}),
    hasBegun: () => begun,
  };
};

const listened = (child: HostProcess, { onMessage }: LaunchRequest): HostProcess => {
  child.on('message', (message) => {
    if (isStageMessage(message)) onMessage(message);
  });
  return child;
};

const startCommand = (execa: typeof Execa, { order, root, environment, grant }: LaunchRequest, log: number) => {
  const program = order.program as Exclude<WorkOrder['program'], { kind: 'module' }>;
  const streams = openStreams(program, { root, log });
  if (typeof streams === 'string') return { startFailure: streams };
  const env = { ...commandEnvironment(order, environment), ...grant.environment };
  const [file, ...argv] = program.kind === 'argv' ? program.argv : ['/bin/sh', '-c', program.line];
  try {
    const stdio = streams.stdio as readonly ['ignore', 1, 1];
    return started(execa(file!, argv, { ...common(root), env, stdio: [...stdio] }));
  } finally {
    streams.close();
  }
};

/** The process has a descriptor of its own. */
const withFile = <Value>(file: string, work: (descriptor: number) => Value): Value => {
  const descriptor = openSync(file, 'w');
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
