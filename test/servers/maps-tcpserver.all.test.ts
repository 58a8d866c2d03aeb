import { documented } from './documented.ts';
import { checkMerge, ruled } from './merge-check.ts';
import { checkRelay } from './relay-checks.ts';
import { prepareTcpserver, refusalOfProgram, startTcpserver } from './tcpserver.ts';

const own = '/etc/tcp.smtp';

checkRelay(
  {
    name: 'tcpserver',
    program: 'tcprulescheck',
    refusal: refusalOfProgram,
    lookups: [{ name: 'tcpserver -x …', output: 'tcprules tcp.smtp.cdb', port: 25 }],
    moreOutputs: [`tcprules merged.cdb merge=${own}`],
    async prepare(host) {
      const version = await prepareTcpserver(host);
      await host.must(['touch', own]);
      return version;
    },
    async start(host) {
      await startTcpserver(host, 25, documented('tcpserver -x'));
      await startTcpserver(host, 2525, documented('tcpserver -x').replace('tcp.smtp.cdb', 'merged.cdb'));
    },
  },
  (running) => {
    const merged = { own, map: 'merged.cdb', port: 2525, refusal: refusalOfProgram };
    checkMerge(running, merged, (relays) =>
      [
        `${ruled.denied}.:deny`,
        ...(relays ? [`${ruled.relays}:allow,RELAYCLIENT=""`] : []),
        ':allow',
        '',
      ].join('\n'),
    );
  },
);
