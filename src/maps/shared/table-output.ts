/** What an output type is that is a table in a database, and no file. */
import type { Output } from '../output.ts';
import { readUrl, type UrlForm } from './target.ts';

/** An output type by its name, what it is for, and its URLs. */
export function tableOutput(name: string, summary: string, form: UrlForm) {
  return {
    name,
    summary,
    form,
    hasKinds: false,
    takesUrl: true,
    schemes: [form.scheme, ...form.otherSchemes],
    holdsNetworks: true,
    options: ['source=NAME'],
    publishedPath: (output: Output) => output.path,
    refusal(output: Output): string | undefined {
      const target = readUrl(form, output, '');
      return 'reason' in target ? target.reason : undefined;
    },
  } as const;
}
