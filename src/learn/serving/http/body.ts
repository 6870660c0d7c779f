import type { IncomingMessage } from 'node:http';
import { refuse } from './problem.ts';

/**
 * The body of a request.
 *
 * @throws RequestProblem where it is too long, or was broken off.
 */
export const readBody = async (request: IncomingMessage, most: number): Promise<Buffer> => {
  const told = Number(request.headers['content-length'] ?? 0);
  if (told > most) tooLarge(most);
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request) {
      bytes += (piece as Buffer).length;
      if (bytes > most) break;
      pieces.push(piece as Buffer);
    }
  } catch {
    refuse(400, 'bad-request', { message: 'the request was broken off' });
  }
  if (bytes > most) tooLarge(most);
  return Buffer.concat(pieces);
};

const tooLarge = (most: number): never =>
  refuse(413, 'body-too-large', {
    message: `the body has more than ${most} bytes`,
    hint: 'send fewer rows at a time; `stemma serve --max-body` sets the limit',
    // What is still on its way is not read.
    headers: { connection: 'close' },
  });

/** What the body is, by its header: lower case, without parameters. */
export const mediaTypeOf = ({ headers }: IncomingMessage): string => {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    refuse(415, 'unsupported-media-type', { message: `a body of the encoding "${encoding}" is not read` });
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  if (charset !== undefined && !['charset=utf-8', 'charset="utf-8"'].includes(charset))
    refuse(415, 'unsupported-media-type', { message: `a body of the ${charset} is not read`, hint: 'send UTF-8' });
  return type.trim();
};

/** @throws RequestProblem where bytes are no UTF-8. */
export const textOf = (body: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refuse(400, 'malformed-json', { message: 'the body is not encoded in UTF-8' });
  }
};
