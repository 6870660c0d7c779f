import { expect, test } from 'vitest';
import { checkTopology } from '../../../src/learn/models/topology.ts';

const layer = (name: string, ...nodes: unknown[]) => ({ name, className: 'Dense', inboundNodes: nodes });
const input = { name: 'in', className: 'InputLayer', config: { name: 'in' }, inboundNodes: [] };
const model = (...layers: object[]) => ({ className: 'Model', config: { layers: [input, ...layers] } });

test('layers that follow from others are taken in any order', () => {
  expect(() => checkTopology(model(layer('b', [['a', 0, 0, {}]]), layer('a', [['in', 0, 0, {}]])))).not.toThrow();
  expect(() => checkTopology(model(layer('a', [['in', 0, 0]], [['a', 0, 0]])))).not.toThrow();
});

test.each([
  ['of a layer that is not there', model(layer('a', [['b', 0, 0]])), 'layer "a" waits for a layer that never comes'],
  ['of each other', model(layer('a', [['b', 0, 0]]), layer('b', [['a', 0, 0]])), 'waits for a layer that never comes'],
  ['of a node that is not there', model(layer('a', [['in', 1, 0]])), 'waits for a layer that never comes'],
  [
    'of a call without inputs',
    model(layer('a', []), layer('b', [['a', 0, 0]])),
    'layer "b" waits for a layer that never comes',
  ],
  ['of a layer that nothing is given to', model(layer('a'), layer('b', [['a', 0, 0]])), 'waits for a layer'],
  ['of one of two of a name', model(layer('a', [['in', 0, 0]]), layer('a', [['in', 0, 0]])), 'that of another layer'],
  ['of no name', model(layer('a', [{ name: 'in' }])), 'an inbound node of layer "a" names no layer'],
  ['in a nested model', model({ ...layer('m'), config: model(layer('a', [['b', 0, 0]])).config }), 'layer "a" waits'],
])('outputs %s are told, where TensorFlow.js would never end', (_, topology, said) => {
  expect(() => checkTopology(topology)).toThrow(said);
});
