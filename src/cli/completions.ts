/** The completions for shells, as scripts/completions.js makes them from the tables: what `exact completion` prints. */
import zsh from '../../completions/_exact';
import bash from '../../completions/exact.bash';
import fish from '../../completions/exact.fish';

/** The text of each, by the name of the shell. */
export const completions: Readonly<Record<string, string>> = { bash, zsh, fish };
