import { expect, test } from 'vitest';
import { isLayerType, makeLayer } from '../../../../src/learn/models/list/make-layer.ts';

test.each([
  ['Dense', true],
  ['GlobalAveragePooling1D', true],
  ['Functional', false],
  ['constructor', false],
  ['__proto__', false],
])('whether %s is a type of layer: %s', (type, is) => {
  expect(isLayerType(type)).toBe(is);
});

test('an ELU that TensorFlow.js cannot compute is told by its name', () => {
  expect(makeLayer({ type: 'ELU', alpha: 1 }, 'bend').getClassName()).toBe('ELU');
  expect(() => makeLayer({ type: 'ELU', alpha: 0.5 }, 'bend')).toThrow(
    'layer "bend" is an ELU with the alpha 0.5, and TensorFlow.js computes ELU with 1 alone',
  );
});
