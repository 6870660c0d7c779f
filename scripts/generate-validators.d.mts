/** Every generated file's text by its path in the repository. */
export const generateValidators: () => Promise<Readonly<Record<string, string>>>;
