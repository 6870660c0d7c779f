import type { JsonObject } from '../../../types/json.ts';
import { grouped } from '../../data/words.ts';
import { answersIn, takesLabels } from '../../models/decision.ts';
import { sayDecision, toldOf } from '../decision/decision.ts';
import type { Servable } from '../servable.ts';

/**
 * JSON Schema of what comes back for rows: which classes, labels or tags there are, how they are taken of their probabilities,
 * and by what that was chosen.
 */
export const responseSchema = (servable: Servable): JsonObject => {
  const { decision } = servable;
  return {
    type: 'object',
    description: 'What POST /predict answers.',
    properties: {
      answers: { type: 'array', description: inOrder(servable), items: answerSchema(servable) },
      ...(decision !== undefined && {
        decision: {
          description: `By what answers are taken: ${sayDecision(decision)}.`,
          const: { ...toldOf(decision) },
        },
      }),
      unknown: {
        type: 'array',
        description: 'Values that train did not have, where the server was told to answer such rows.',
      },
    },
    required: ['answers', ...(decision === undefined ? [] : ['decision'])],
    additionalProperties: false,
  };
};

const inOrder = ({ windowing }: Servable): string =>
  windowing === undefined
    ? 'One for each row, in their order.'
    : `One for each row that ends ${grouped(windowing.params.steps)} rows of a series, in their order.`;

const answerSchema = (servable: Servable): JsonObject => {
  const properties = { ...placed(servable), ...answered(servable) };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
};

const placed = ({ windowing }: Servable): JsonObject => {
  if (windowing === undefined) return {};
  const { ahead, foretell } = windowing.params;
  const what =
    foretell === undefined ? 'what is foretold stands' : `the first of the ${foretell} that are foretold stands`;
  return {
    row: { type: 'integer', minimum: 1, description: 'Number of the last row that the answer knows of.' },
    ahead: { const: ahead, description: `How many rows later ${what}.` },
  };
};

const probability = { type: 'number', minimum: 0, maximum: 1 } as const;

const answered = ({ card, tagged, decision, scaling }: Servable): JsonObject => {
  const answers = [...answersIn(card)];
  const { target } = card;
  if (answers.length === 0) {
    const was = scaling === undefined ? '' : ' The model learned it scaled; here it is scaled back.';
    const described = { description: `${target}, in the unit that it has in the source.${was}` };
    const [list] = card.targets ?? [];
    if (list === undefined) return { predicted: { type: 'number', ...described } };
    const size = { minItems: list.outputs, maxItems: list.outputs };
    return { predicted: { type: 'array', ...size, items: { type: 'number' }, ...described } };
  }
  if (tagged !== undefined) {
    const { words, steps } = tagged;
    const each = { type: 'array', maxItems: steps } as const;
    return {
      predicted: { ...each, description: `${target}: the most probable tag of each word of ${words}.`, items: { enum: answers } }, // biome-ignore format: one line
      probability: { ...each, description: 'How probable each of these is.', items: probability },
    };
  }
  const how = decision === undefined ? 'the most probable class' : sayDecision(decision);
  const probabilities = {
    type: 'object',
    description: takesLabels(card) ? 'Of each label by itself.' : 'Of each class; they add up to 1.',
    properties: Object.fromEntries(answers.map((answer) => [answer, probability])),
    required: answers,
    additionalProperties: false,
  };
  if (!takesLabels(card)) return { predicted: { enum: answers, description: `${target}: ${how}.` }, probabilities };
  const predicted = { type: 'array', description: `${target}: ${how}.`, items: { enum: answers }, uniqueItems: true };
  return { predicted, probabilities };
};
