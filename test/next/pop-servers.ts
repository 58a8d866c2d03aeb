/** POP and IMAP servers of the unstable release: what each is made of, and how it is started for system accounts. */

/** A server that is tried. */
export interface PopServer {
  /** Its folder in src/servers. */
  readonly name: string;
  /** The first is the one whose version is told; divided by blanks. */
  readonly packages: string;
  readonly protocols: readonly ('pop3' | 'imap')[];
  /** Whether it listens on IPv6 too. */
  readonly hasIpv6: boolean;
  /** Lines of a shell, run as root, after which it listens. */
  readonly start: string;
}

/** A Dovecot that serves IMAP to a proxy on this host alone. */
const backend = `
  cat >/etc/dovecot/conf.d/99-test.conf <<'END'
auth_allow_cleartext = yes
listen = 127.0.0.1
service imap-login {
  inet_listener imap {
    port = 1143
  }
}
END
  dovecot`;

const nginxConfiguration = `include /etc/nginx/modules-enabled/*.conf;
error_log syslog:server=unix:/dev/log,facility=mail info;
events {}
http {
  server {
    listen 127.0.0.1:8080;
    location / {
      add_header Auth-Status OK;
      add_header Auth-Server 127.0.0.1;
      add_header Auth-Port 1143;
      return 204;
    }
  }
}
mail {
  auth_http 127.0.0.1:8080;
  server {
    listen 143;
    listen [::]:143;
    protocol imap;
  }
}
`;

/** Every server of the catalog that the release has. */
export const popServers: readonly PopServer[] = [
  {
    name: 'dovecot',
    packages: 'dovecot-core dovecot-imapd dovecot-pop3d',
    protocols: ['pop3', 'imap'],
    hasIpv6: true,
    start: `
      echo 'auth_allow_cleartext = yes' >/etc/dovecot/conf.d/99-test.conf
      dovecot`,
  },
  {
    name: 'cyrus',
    packages: 'cyrus-common cyrus-imapd cyrus-pop3d sasl2-bin libsasl2-modules',
    protocols: ['pop3', 'imap'],
    hasIpv6: true,
    start: `
      mkdir -p /run/saslauthd
      saslauthd -a pam -n 2
      sed -i 's/^sasl_pwcheck_method.*/sasl_pwcheck_method: saslauthd/; s/^autocreate_quota.*/autocreate_quota: -1/' /etc/imapd.conf
      echo 'autocreate_post: yes' >>/etc/imapd.conf
      sed -i '/nntp\\|http\\|sieve/d' /etc/cyrus.conf
      cyrmaster -d`,
  },
  {
    name: 'courier',
    packages: 'courier-base courier-imap courier-pop',
    protocols: ['pop3', 'imap'],
    hasIpv6: true,
    start: `
      for user in alice bob; do su $user -s /bin/sh -c 'maildirmake ~/Maildir'; done
      authdaemond start
      /usr/lib/courier/imapd start
      /usr/lib/courier/pop3d start`,
  },
  {
    name: 'mailutils',
    packages: 'mailutils-common mailutils-imap4d mailutils-pop3d',
    protocols: ['pop3', 'imap'],
    hasIpv6: false,
    start: `
      cat >/etc/mailutils.conf <<'END'
logging { facility mail; session-id yes; };
acl { log any; };
auth { authentication pam; authorization system; };
END
      pop3d --daemon
      imap4d --daemon`,
  },
  {
    name: 'popa3d',
    packages: 'popa3d',
    protocols: ['pop3'],
    hasIpv6: false,
    start: 'popa3d -D',
  },
  {
    name: 'solid-pop3d',
    packages: 'solid-pop3d',
    protocols: ['pop3'],
    hasIpv6: false,
    start: `
      pkill inetd || true
      solid-pop3d >/dev/null 2>&1 </dev/null &`,
  },
  {
    name: 'nginx',
    packages: 'libnginx-mod-mail nginx dovecot-imapd',
    protocols: ['imap'],
    hasIpv6: true,
    start: `${backend}
      cat >/etc/nginx/nginx.conf <<'END'
${nginxConfiguration}END
      nginx`,
  },
  {
    name: 'perdition',
    packages: 'perdition dovecot-imapd',
    protocols: ['imap'],
    hasIpv6: false,
    start: `${backend}
      perdition.imap4 --outgoing_server 127.0.0.1 --outgoing_port 1143 --no_lookup --ssl_mode none`,
  },
  {
    name: 'imapproxy',
    packages: 'imapproxy dovecot-imapd',
    protocols: ['imap'],
    hasIpv6: false,
    start: `${backend}
      mkdir -p /var/lib/imapproxy/chroot
      sed -i 's/^server_hostname.*/server_hostname 127.0.0.1/; s/^listen_port.*/listen_port 143/; s/^server_port.*/server_port 1143/; s/^foreground_mode.*/foreground_mode yes/' /etc/imapproxy.conf
      imapproxyd -f /etc/imapproxy.conf >/dev/null 2>&1 </dev/null &`,
  },
];
