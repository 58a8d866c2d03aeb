import { pidFile, prepareCourier, startCouriertcpd } from './courier.ts';
import { documented } from './documented.ts';
import { checkMerge, ruled } from './merge-check.ts';
import { checkRelay } from './relay-checks.ts';
import { refusalOfProgram } from './tcpserver.ts';

const own = '/etc/courier/smtpaccess/default';

/** Courier's esmtpd(8) adds the end of the name itself. */
const accessFile = `${documented('ACCESSFILE=').replace('ACCESSFILE=', '')}.dat`;

/** As Courier's own user. */
function hangUp(port: number): string[] {
  const command = documented('pkill -HUP').replace('/run/courier/esmtpd.pid', pidFile(port));
  return `setpriv --reuid=courier --regid=courier --clear-groups ${command}`.split(' ');
}

/** As root. */
function restart(port: number): string[] {
  return documented('-restart').replace('/run/courier/esmtpd.pid', pidFile(port)).split(' ');
}

checkRelay(
  {
    name: 'couriertcpd',
    refusal: refusalOfProgram,
    lookups: [
      {
        name: 'couriertcpd -access=…',
        output: 'courier acl.dat',
        port: 25,
        holdsNetworks: true,
        refresh: { name: 'SIGHUP', command: hangUp(25), each: true },
      },
    ],
    // As the package brings it.
    moreOutputs: [`courier merged.dat merge=${own}`],
    prepare: prepareCourier,
    async start(host) {
      await startCouriertcpd(host, 25, accessFile);
      await startCouriertcpd(host, 2525, accessFile.replace('acl', 'merged'));
    },
  },
  (running) => {
    const merged = { own, map: 'merged.dat', port: 2525, refusal: refusalOfProgram, refresh: restart(2525) };
    checkMerge(running, merged, (relays) =>
      [
        `${ruled.denied}.0/25\tdeny`,
        ...(relays ? [`${ruled.relays}\tallow,RELAYCLIENT`] : []),
        '*\tallow',
        '',
      ].join('\n'),
    );
  },
);
