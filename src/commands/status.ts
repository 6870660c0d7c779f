export const status = async (..._: unknown[]): Promise<number> => 2;
