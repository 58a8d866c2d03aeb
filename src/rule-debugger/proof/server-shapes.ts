/** The shapes of every server of the catalog: the build joins those of all folders (scripts/build/joined-rules.js). */
import texts from '../../servers/*/shapes.conf';
import { parseShapes, type ServerShapes } from './shape.ts';

/** Returns what is known of the lines of every server. */
export function serverShapes(): readonly ServerShapes[] {
  return texts.split(/^server (?=\S+$)/m).flatMap((part) => {
    const end = part.indexOf('\n');
    return end < 0 ? [] : [parseShapes(part.slice(0, end), part.slice(end + 1))];
  });
}
