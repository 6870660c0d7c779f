import type { PipelineFile, PipelineMachine } from '../types/generated/pipeline-file.ts';
import type { Price } from '../types/machine.ts';
import type { Pipeline } from '../types/pipeline.ts';

/** What this machine costs, and others that the user could take; nothing where the pipeline speaks of none. */
export const machinesOf = ({ machines, currency = defaultCurrency }: PipelineFile): MachinesOf => {
  if (machines === undefined) return {};
  const { here, ...others } = machines;
  const priceOf = (perHour: number): Price => ({ perHour, currency });
  return {
    ...(here && { price: priceOf(here.price_per_hour) }),
    // The schema gives all but `here` one shape, which its type cannot say.
    machines: Object.entries(others as Record<string, PipelineMachine>).map(([name, { price_per_hour, speedup }]) => ({
      name,
      price: priceOf(price_per_hour),
      ...(speedup !== undefined && { speedup }),
    })),
  };
};

type MachinesOf = Pick<Pipeline, 'price' | 'machines'>;

/** As the schema says. */
const defaultCurrency = 'USD';
