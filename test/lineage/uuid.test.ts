import { expect, test } from 'vitest';
import { uuidOf } from '../../src/lineage/uuid.ts';

test('ids are version 5 of RFC 9562, as any other implementation makes them', () => {
  // python3: uuid.uuid5(uuid.UUID('9b6e4c1f5d0a4f0e8f3d2c7a51e6b084'), '["run","a"]')
  expect(uuidOf('run', 'a')).toBe('3199893d-8c0c-5986-a49e-93a7934188e7');
  expect(uuidOf('run', 'a')).not.toBe(uuidOf('runa'));
});
