/** MTAs of the unstable release, each configured as the documentation of Exact says. */
import { couriertcpdCommand, pidFile } from '../servers/courier.ts';
import { documented, readmeBlocks } from '../servers/documented.ts';
import { configureDebianExim } from '../servers/exim.ts';
import { hostAddress } from '../servers/namespace.ts';
import { smtpdConf } from '../servers/opensmtpd.ts';
import { makefile, masterOf } from '../servers/sendmail.ts';
import { refusalOfProgram, smtpProgram } from '../servers/tcpserver.ts';
import type { Sid } from './sid.ts';

/** An MTA that is tried. */
export interface NextMta {
  readonly name: string;
  /** The first is the one whose version is told; divided by blanks. */
  readonly packages: string;
  /** The reply code for whoever may not relay. */
  readonly refusal: number;
  /** The `output` line in exact.conf; undefined: the maps that are made by default. */
  readonly output?: string;
  /** Has it look the map up, which is there, and starts it. */
  start(sid: Sid): Promise<void>;
  /** Makes it look at a new map, where it does not do so by itself. */
  readonly refresh?: string;
}

const [, , postfixLookup = ''] = readmeBlocks('Five minutes to a working Postfix');
const [eximStatement = ''] = readmeBlocks('Exim', '');
const [sendmailLookup = ''] = readmeBlocks('Sendmail');

/** Every one that the release has and Exact makes maps for. */
export const mtas: readonly NextMta[] = [
  {
    name: 'Postfix',
    packages: 'postfix postfix-cdb',
    refusal: 554,
    start: async (sid) => {
      await sid.sh(`postconf -e mydestination=localhost inet_interfaces=all
        postfix start
        ${postfixLookup}`);
    },
  },
  {
    name: 'Exim',
    packages: 'exim4-daemon-heavy',
    refusal: 550,
    start: async (sid) => {
      await sid.write('/root/statement', eximStatement);
      await sid.sh("sed -i '/^acl_check_rcpt:/r /root/statement' /etc/exim4/exim4.conf.template");
      await configureDebianExim(sid, false);
      await sid.sh('mkdir -p /run/exim4; chown Debian-exim /run/exim4; exim4 -bd');
    },
  },
  {
    name: 'Sendmail',
    packages: 'sendmail-bin sendmail-cf sendmail',
    refusal: 550,
    start: async (sid) => {
      await sid.write(
        '/etc/mail/sendmail.mc',
        masterOf({ macros: "MAILER(`smtp')dnl", port: 25, pidFile: '/run/sendmail.pid' }),
      );
      // Debian's makes more, and asks for names.
      await sid.write('/etc/mail/Makefile', makefile);
      // Without a name server every look at DNS would end in a temporary error.
      await sid.sh(`cp /etc/mail/service.switch-nodns /etc/mail/service.switch
        sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf
        ${sendmailLookup.replace('systemctl reload sendmail', '/usr/libexec/sendmail/sendmail -bd')}`);
    },
  },
  {
    name: 'OpenSMTPD',
    packages: 'opensmtpd ca-certificates',
    refusal: 550,
    // Debian has built it without tables of the kind db since 7.9.
    output: 'opensmtpd file:/var/lib/exact/relay.list',
    start: async (sid) => {
      const table = documented('match from src <exact>').replace(
        'db:/var/lib/exact/relay.db',
        'file:/var/lib/exact/relay.list',
      );
      await sid.write('/etc/smtpd.conf', smtpdConf({ 25: table }));
      await sid.sh('smtpd');
    },
    refresh: 'smtpctl update table exact',
  },
  {
    name: 'couriertcpd',
    packages: 'courier-mta',
    refusal: refusalOfProgram,
    output: 'courier /var/lib/exact/acl.dat merge=/etc/courier/smtpaccess/default',
    start: async (sid) => {
      await sid.write('/root/smtp', smtpProgram);
      await sid.sh('install -m 755 /root/smtp /usr/local/bin/smtp; install -d -o courier /run/courier');
      await sid.must(couriertcpdCommand(25, '/var/lib/exact/acl.dat', '/usr/local/bin/smtp'));
    },
    refresh: documented('pkill -HUP').replace('/run/courier/esmtpd.pid', pidFile(25)),
  },
  {
    name: 'tcpserver',
    packages: 'ucspi-tcp-ipv6',
    refusal: refusalOfProgram,
    output: 'tcprules /var/lib/exact/tcp.smtp.cdb',
    start: async (sid) => {
      await sid.write('/root/smtp', smtpProgram);
      await sid.sh(`chmod 755 /root/smtp
        for address in ${Object.values(hostAddress).join(' ')}; do
          tcpserver -x /var/lib/exact/tcp.smtp.cdb -H -R -l mx $address 25 /root/smtp >/dev/null 2>&1 </dev/null &
        done`);
    },
  },
];
