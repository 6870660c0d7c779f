import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Answer } from '../../../src/learn/serving/answer.ts';
import { toldOf } from '../../../src/learn/serving/decision/decision.ts';
import { responseSchema } from '../../../src/learn/serving/http/response-schema.ts';
import type { Servable } from '../../../src/learn/serving/servable.ts';

/** Holds answers against what `GET /schema` says that comes out, which lets pass no other answers. */
export const expectDescribed = (servable: Servable, answers: readonly Answer[]): void => {
  const { decision } = servable;
  const ajv = new Ajv2020();
  const isDescribed = ajv.compile(responseSchema(servable));
  const body = (given: readonly object[]) => ({ answers: given, ...(decision && { decision: toldOf(decision) }) });
  expect(isDescribed(body(answers)), ajv.errorsText(isDescribed.errors)).toBe(true);
  expect(isDescribed(body([{ ...answers[0], predicted: ['no answer of this model'] }]))).toBe(false);
  expect(isDescribed(body([{ predicted: answers[0]!.predicted, certainty: 1 }]))).toBe(false);
};
