import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { containerfile } from '../../../src/learn/export/container.ts';
import { instructionsOf } from './containerfile.ts';

const instructions = instructionsOf(containerfile);
const all = (name: string): string[] => instructions.filter((each) => each.name === name).map(({ rest }) => rest);

it('has each step once and in the order in which it takes effect', () => {
  expect(instructions.map(({ name }) => name)).toEqual([
    ...['FROM', 'WORKDIR', 'COPY', 'RUN', 'COPY', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'],
  ]);
});

it('takes a Node that Stemma runs on, and nothing but what lies beside it', () => {
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  const [version] = /(?<=node:)[\d.]+/.exec(all('FROM')[0]!)!;
  // The very least that the package asks for.
  expect(`${engines.node}.0`).toBe(`>=${version}`);
  expect(all('COPY')).toEqual(['stemma.tgz ./', 'layers ./model']);
});

it('serves and asks for its health at the port that it exposes, as a user without rights', () => {
  const command = JSON.parse(all('CMD')[0]!) as string[];
  const [port] = all('EXPOSE');
  expect(command.slice(command.indexOf('--port'))[1]).toBe(port);
  expect(all('HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${port}/healthz`);
  expect(() => JSON.parse(all('HEALTHCHECK')[0]!.slice(all('HEALTHCHECK')[0]!.indexOf('[')))).not.toThrow();
  expect(all('USER')).toEqual(['node']);
});
