/** Sends texts on, at its own pace: whoever sends never waits. */
export interface Delivery {
  readonly send: (text: string, lane: string) => void;
  /** Waits for what is under way, but not for long, and gives the rest up. */
  readonly close: () => Promise<Delivered>;
}

export interface Delivered {
  readonly sent: number;
  readonly arrived: number;
  /** Why texts did not arrive, and how many each. */
  readonly problems: ReadonlyMap<string, number>;
}

export interface DeliveryOptions {
  /** Hands texts over; rejects where they did not arrive, and soon after the signal. */
  readonly deliver: (texts: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Says in a few words why a text did not arrive. */
  readonly explain: (error: unknown) => string;
  /** How many texts of a lane can be handed over at once. */
  readonly together: number;
  /** Texts of one lane arrive in their order; this many lanes are served at once. */
  readonly lanes: number;
  /** Texts that may wait: further ones are given up. */
  readonly waiting: number;
  /** Milliseconds for handing over once, and for all that is left at the end. */
  readonly patience: { readonly each: number; readonly end: number };
}

/**
 * A queue in front of something that may be slow, refuse or hang. It costs the sender a push; memory and the time at
 * the end are bounded; nothing is tried twice, since nobody waits for it.
 */
export const createDelivery = (options: DeliveryOptions): Delivery => {
  const { deliver, explain, together, lanes, waiting, patience } = options;
  const closing = new AbortController();
  const queues = Array.from({ length: lanes }, (): string[] => []);
  const busy = new Map<number, Promise<void>>();
  const problems = new Map<string, number>();
  let sent = 0;
  let arrived = 0;
  const lost = (why: string, count: number) => problems.set(why, (problems.get(why) ?? 0) + count);

  const attempt = async (texts: readonly string[]) => {
    const each = AbortSignal.timeout(patience.each);
    try {
      await deliver(texts, AbortSignal.any([each, closing.signal]));
      arrived += texts.length;
    } catch (error) {
      const late = each.aborted ? `no answer within ${patience.each / 1000} s` : explain(error);
      lost(closing.signal.aborted ? runOver : late, texts.length);
    }
  };
  const work = async (lane: number) => {
    const queue = queues[lane]!;
    while (queue.length > 0) await attempt(queue.splice(0, together));
    busy.delete(lane);
  };

  return {
    send: (text, name) => {
      sent += 1;
      if (queues.reduce((sum, queue) => sum + queue.length, 0) >= waiting) return void lost('too many were waiting', 1);
      const lane = laneOf(name, lanes);
      queues[lane]!.push(text);
      if (!busy.has(lane)) busy.set(lane, work(lane));
    },
    close: async () => {
      await within(patience.end, Promise.all(busy.values()));
      const left = queues.reduce((sum, queue) => sum + queue.splice(0).length, 0);
      if (left > 0) lost(runOver, left);
      closing.abort();
      await within(afterAbort, Promise.all(busy.values()));
      return { sent, arrived, problems };
    },
  };
};

const runOver = 'the run was over';

// What was told to stop does so at once, unless the system itself hangs.
const afterAbort = 100;

const laneOf = (name: string, lanes: number): number => {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 1_000_003;
  return sum % lanes;
};

/** Waits for a promise, or for so many milliseconds. */
const within = async (milliseconds: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
};
