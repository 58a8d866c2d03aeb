/** The tables that the build makes of the samples, made once for all tests. */
import { sampledTables } from '../../../src/recognize/rows/sampled-tables.ts';
import { samples } from '../../rules/samples.ts';

/** The file of the tables. */
export const tables = await sampledTables(samples.map(({ bytes }) => bytes.toString()));
