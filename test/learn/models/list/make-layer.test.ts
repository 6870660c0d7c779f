import { expect, test } from 'vitest';
import { isLayerType } from '../../../../src/learn/models/list/make-layer.ts';

test.each([
  ['Dense', true],
  ['GlobalAveragePooling1D', true],
  ['Functional', false],
  ['constructor', false],
  ['__proto__', false],
])('whether %s is a type of layer: %s', (type, is) => {
  expect(isLayerType(type)).toBe(is);
});
