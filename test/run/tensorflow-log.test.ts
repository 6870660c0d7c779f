import { expect, it } from 'vitest';
import { isTensorflowChatter, withoutChatter } from '../../src/run/tensorflow-log.ts';

// As TensorFlow 2.21 writes them.
const chatter = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795698185.786173   16856 port.cc:153] oneDNN custom operations are on. You may see slightly different numerical results due to floating-point round-off errors from different computation orders.',
];
const told = [
  'W0000 00:00:1795698185.786173   16856 gpu_device.cc:2341] Cannot dlopen some GPU libraries.',
  'E0000 00:00:1795698185.786173   16856 cuda_dnn.cc:8579] Unable to register cuDNN factory',
  'Error: I0000 was not found',
  '',
];

it('leaves out what TensorFlow tells of how it was built, and nothing else', () => {
  expect(chatter.map(isTensorflowChatter)).toEqual([true, true]);
  const left = (environment: Record<string, string>) => [...chatter, ...told].flatMap((line) => [...withoutChatter(environment)(line)]); // biome-ignore format: one line
  expect(left({})).toEqual(told);
  expect(left({ TF_CPP_MIN_LOG_LEVEL: '2' })).toEqual(told);
  expect(left({ TF_CPP_MIN_LOG_LEVEL: '0' })).toEqual([...chatter, ...told]);
});
