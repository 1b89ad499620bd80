import { cloudwatchAgent } from "./cloudwatch-agent";
import { deployScript } from "./deploy-script";
import { Faults, shown } from "./faults";
import { hostApplication, type HostApplication, type HostApplicationProps, type Runtime } from "./host-application";

export interface UserDataProps {
  /** Name of the server: first part of its log groups, and the namespace of its metrics. */
  readonly serverName: string;
  readonly application: HostApplicationProps;
  /** ARN of the secret with the database's settings; may be a Terraform reference. @default - the application has no database */
  readonly settingsSecretArn?: string;
  /** Name that nginx gets a certificate for, from Let's Encrypt. @default - HTTP only */
  readonly domain?: string;
  /** Where Let's Encrypt sends warnings. @default - none are sent */
  readonly certificateEmail?: string;
  /** Swap file: what keeps a build from being killed on a small instance; 0 for none. @default 2 */
  readonly swapGb?: number;
  /** Whether security updates are installed every Sunday at 04:00 UTC, with a restart when they need one. @default true */
  readonly securityUpdates?: boolean;
  /** Whether the CloudWatch agent is installed. @default true */
  readonly cloudwatchAgent?: boolean;
}

export const DEFAULTS = { swapGb: 2, securityUpdates: true, cloudwatchAgent: true } as const;

/** EC2 takes no more than this, before base64. */
export const MAX_BYTES = 16384;

/** Where the script that deploys lies on the server. */
export const DEPLOY_SCRIPT = "/usr/local/bin/deploy.sh";

/** The log groups of a server, by what goes there. */
export function logGroupsOf(serverName: string): Readonly<Record<"application" | "deploy" | "proxy" | "system", string>> {
  return { application: `/${serverName}/application`, deploy: `/${serverName}/deploy`, proxy: `/${serverName}/proxy`, system: `/${serverName}/system` };
}

/** The SSM parameter with the places of what the application uses, as a JSON object of environment variables; read at each start, if it is there. */
export function environmentParameterOf(serverName: string): string {
  return `/${serverName}/environment`;
}

/** Known to work with Python 3.11, from which it is installed; the newest on the day this was written. */
const CERTBOT = "certbot==5.8.0";

/** As GitHub publishes it: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints */
const GITHUB_HOST_KEY = "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

const CERTIFICATES_OF_RDS = "/etc/ssl/certs/rds-global-bundle.pem";

const PACKAGES: Readonly<Record<Runtime, readonly string[]>> = {
  node24: ["nodejs24", "nodejs24-npm"],
  node22: ["nodejs22", "nodejs22-npm"],
  "python3.12": ["python3.12"],
  none: [],
};

/**
 * What a server does at its first start, as root: installs what the application needs (its runtime, git, nginx, the CloudWatch agent), writes
 * `deploy.sh` and a systemd unit, gets a certificate, and deploys for the first time. Amazon Linux 2023.
 *
 * It holds no secret: the application reads the database's settings when it starts, by the rights of the server's role.
 *
 * @throws Error that names every value that cannot be used, or says that the result is longer than EC2 takes
 */
export function userData(props: UserDataProps): string {
  const app = hostApplication(props.application);
  const given = { ...DEFAULTS, ...props };
  const faults = new Faults("userData");
  faults.unless(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(given.serverName), `serverName is ${shown(given.serverName)}: it must be letters, digits and dashes. Write, for example, "shop-prod".`);
  faults.unless(
    given.settingsSecretArn === undefined || /^arn:[\w:/+=,.@-]+$/.test(given.settingsSecretArn) || /^\$\{TfToken\[[\w.]+\]\}$/.test(given.settingsSecretArn),
    `settingsSecretArn is ${shown(given.settingsSecretArn)}: it must be the ARN of a secret.`,
  );
  faults.unless(
    given.domain === undefined || isDomain(given.domain),
    `domain is ${shown(given.domain)}: it must be a name of lower-case letters, digits, dashes and dots. Write, for example, "shop.example.com".`,
  );
  faults.unless(
    given.certificateEmail === undefined || /^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/.test(given.certificateEmail),
    `certificateEmail is ${shown(given.certificateEmail)}: it must be a mail address. Write, for example, "ops@example.com".`,
  );
  faults.unless(Number.isInteger(given.swapGb) && given.swapGb >= 0 && given.swapGb <= 16, `swapGb is ${shown(given.swapGb)}: it must be a whole number from 0 to 16.`);
  faults.throwIfAny();

  const script = [
    HEAD,
    packages(app, given),
    ...(given.swapGb > 0 ? [swap(given.swapGb)] : []),
    user(app),
    settings(app, environmentParameterOf(given.serverName), given.settingsSecretArn),
    unit(app),
    file(DEPLOY_SCRIPT, withoutComments(deployScript(app)), "0755"),
    proxy(app, given.domain),
    ...(given.domain === undefined ? [] : [certificate(given.domain, given.certificateEmail)]),
    ...(given.securityUpdates ? [SECURITY_UPDATES] : []),
    ...(given.cloudwatchAgent ? [agent(app, given.serverName)] : []),
    firstDeployment(app),
  ].join("\n");
  // A reference becomes an ARN, of some 110 characters.
  const bytes = Buffer.byteLength(script.replace(/\$\{TfToken\[[\w.]+\]\}/g, "x".repeat(120)));
  if (bytes > MAX_BYTES) {
    throw new Error(`The user data has ${bytes} bytes: EC2 takes at most ${MAX_BYTES}. Move commands of install and migrate into a script of the repository.`);
  }
  return script;
}

/** A name that a certificate can be made out to. */
export function isDomain(name: string): boolean {
  return name.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(name);
}

const HEAD = `\
#!/bin/bash
# First start of the server. It runs once; its output is in /var/log/cloud-init-output.log.
set -euo pipefail
umask 022
trap 'echo "user data: line $LINENO failed" >&2' ERR
retry() {
  for _ in $(seq 1 30); do
    if "$@"; then return 0; fi
    sleep 10
  done
  return 1
}
file() { install -D -m "$2" /dev/stdin "$1"; }

# The Elastic IP is attached while the instance starts.
retry curl --silent --show-error --max-time 5 --output /dev/null https://checkip.amazonaws.com
`;

function packages(app: HostApplication, { domain, cloudwatchAgent: withAgent }: Pick<UserDataProps, "domain" | "cloudwatchAgent">): string {
  const names = ["git", "jq", "nginx", "logrotate", "dnf-plugins-core", ...PACKAGES[app.runtime], ...(domain === undefined ? [] : ["python3.11"]), ...(withAgent ? ["amazon-cloudwatch-agent"] : [])];
  return `retry dnf --assumeyes --quiet install ${names.join(" ")}\n`;
}

function swap(gb: number): string {
  return `\
if [ ! -e /swapfile ]; then
  dd if=/dev/zero of=/swapfile bs=1M count=${gb * 1024} status=none
  chmod 600 /swapfile
  mkswap /swapfile
  echo '/swapfile none swap defaults 0 0' >> /etc/fstab
  swapon /swapfile
fi
`;
}

function user(app: HostApplication): string {
  const github = app.remote.startsWith("git@github.com:");
  const key =
    app.repositoryAccess !== "deploy-key"
      ? ""
      : `\
install -d -o '${app.name}' -g '${app.name}' -m 0700 '${app.home}/.ssh'
# Made here, and never anywhere else.
if [ ! -e '${app.home}/.ssh/id_ed25519' ]; then
  runuser --user '${app.name}' -- ssh-keygen -q -t ed25519 -N '' -C '${app.name}@server' -f '${app.home}/.ssh/id_ed25519'
fi
${
  github
    ? `echo '${GITHUB_HOST_KEY}' > '${app.home}/.ssh/known_hosts'\n`
    : `printf 'Host *\\n  StrictHostKeyChecking accept-new\\n' > '${app.home}/.ssh/config'\n`
}`;
  return `\
id '${app.name}' >/dev/null 2>&1 || useradd --system --shell /sbin/nologin --home-dir '${app.home}' --no-create-home '${app.name}'
install -d -o '${app.name}' -g '${app.name}' -m 0750 '${app.home}' '${app.home}/releases' '${app.logDirectory}'
install -d -m 0755 '/etc/${app.name}'
${key}`;
}

/**
 * The command that runs another with all that the application works with in its environment. The parameter need not be there: what an
 * application uses may come later, and this script is written once.
 */
function settings(app: HostApplication, parameter: string, secretArn: string | undefined): string {
  const certificates = `retry curl --fail --silent --show-error --output ${CERTIFICATES_OF_RDS} https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem\n`;
  return `\
${secretArn === undefined ? "" : certificates}${file(
  app.settingsCommand,
  `\
#!/usr/bin/env bash
# Runs a command with the settings of what the application uses in its environment: read anew each time, and nowhere on the disk.
set -euo pipefail
${secretArn === undefined ? REGION : `readonly secret='${secretArn}'\nregion=$(cut -d: -f4 <<< "$secret")`}
export_all() {
  local lines
  lines=$(jq --raw-output 'to_entries[] | "export \\(.key)=\\(.value | @sh)"' <<< "$1")
  eval "$lines"
}
${secretArn === undefined ? "" : DATABASE_SETTINGS}if places=$(aws ssm get-parameter --region "$region" --name '${parameter}' --query Parameter.Value --output text 2>&1); then
  export_all "$places"
elif [[ $places != *ParameterNotFound* ]]; then
  echo "$places" >&2
  exit 1
fi
exec "$@"
`,
  "0755",
)}`;
}

const REGION = `\
token=$(curl --fail --silent --max-time 5 --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
region=$(curl --fail --silent --max-time 5 --header "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/placement/region)`;

const DATABASE_SETTINGS = `\
settings=$(aws secretsmanager get-secret-value --region "$region" --secret-id "$secret" --query SecretString --output text)
settings=$(jq --arg certificates ${CERTIFICATES_OF_RDS} '
  def url($host): "postgresql://\\(.username | @uri):\\(.password | @uri)@\\($host):\\(.port)/\\(.dbname | @uri)?sslmode=verify-full&sslrootcert=\\($certificates)";
  {
    PGHOST: .host, PGPORT: .port, PGDATABASE: .dbname, PGUSER: .username, PGPASSWORD: .password,
    PGSSLMODE: "verify-full", PGSSLROOTCERT: $certificates,
    DATABASE_URL: url(.host), DATABASE_READER_URL: url(.reader_host // .host)
  }' <<< "$settings")
export_all "$settings"
`;

function unit(app: HostApplication): string {
  return `\
[ -e '/etc/${app.name}/environment' ] || install -m 0600 /dev/null '/etc/${app.name}/environment'
${file(
  `/etc/systemd/system/${app.name}.service`,
  `\
[Unit]
Description=${app.name}
Wants=network-online.target
After=network-online.target
ConditionPathExists=${app.home}/current
# It tries again for as long as it takes.
StartLimitIntervalSec=0

[Service]
User=${app.name}
WorkingDirectory=${app.home}/current
Environment=HOME=${app.home} PORT=${app.port} NODE_ENV=production PYTHONUNBUFFERED=1
# NAME=value lines of your own; root's alone.
EnvironmentFile=-/etc/${app.name}/environment
ExecStart=${app.settingsCommand} ${app.start.join(" ")}
Restart=always
RestartSec=2
TimeoutStopSec=30
StandardOutput=append:${app.logDirectory}/application.log
StandardError=inherit
NoNewPrivileges=true
PrivateTmp=true
PrivateDevices=true
ProtectSystem=strict
ProtectHome=true
ProtectKernelTunables=true
ProtectControlGroups=true
RestrictSUIDSGID=true
ReadWritePaths=${app.home} ${app.logDirectory}

[Install]
WantedBy=multi-user.target
`,
)}
${file(
  `/etc/logrotate.d/${app.name}`,
  `\
${app.logDirectory}/*.log {
  su root root
  daily
  rotate 7
  maxsize 100M
  missingok
  notifempty
  compress
  copytruncate
}
`,
)}
systemctl daemon-reload
systemctl enable '${app.name}.service'
systemctl enable --now logrotate.timer
`;
}

function proxy(app: HostApplication, domain: string | undefined): string {
  const conf = "/etc/nginx/application.d";
  const locations = `\
client_max_body_size 20m;
location / {
  proxy_pass http://127.0.0.1:${app.port};
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
}
`;
  const challenge = "  location /.well-known/acme-challenge/ { root /var/www/acme; }\n";
  const upgrade = "server_tokens off;\nmap $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n";
  const http = `${upgrade}server {\n  listen 80 default_server;\n  server_name ${domain ?? "_"};\n${domain === undefined ? "" : challenge}  include ${conf}/application;\n}\n`;
  const https = `\
${upgrade}server {
  listen 80 default_server;
  server_name ${domain};
${challenge}  location / { return 308 https://${domain}$request_uri; }
}
server {
  listen 443 ssl http2;
  server_name ${domain};
  ssl_certificate /etc/letsencrypt/live/${domain}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/${domain}/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:10m;
  add_header Strict-Transport-Security "max-age=31536000" always;
  include ${conf}/application;
}
`;
  return `\
install -d -m 0755 ${conf} /var/www/acme
${file(`${conf}/application`, locations)}
${file(`${conf}/http`, http)}
${domain === undefined ? "" : `${file(`${conf}/https`, https)}\n`}ln -sfn ${conf}/http /etc/nginx/conf.d/application.conf
nginx -t
systemctl enable --now nginx
`;
}

function certificate(domain: string, email: string | undefined): string {
  const account = email === undefined ? "--register-unsafely-without-email" : `--email '${email}'`;
  return `\
python3.11 -m venv /opt/certbot
retry /opt/certbot/bin/pip install --quiet --disable-pip-version-check ${CERTBOT}
${file(
  "/usr/local/sbin/certificate",
  `\
#!/usr/bin/env bash
# Gets or renews the certificate of ${domain}, and serves HTTPS once there is one.
set -euo pipefail
/opt/certbot/bin/certbot certonly --non-interactive --agree-tos ${account} --webroot --webroot-path /var/www/acme --domain '${domain}' --keep-until-expiring
ln -sfn /etc/nginx/application.d/https /etc/nginx/conf.d/application.conf
nginx -t
systemctl reload nginx
`,
  "0755",
)}
${file(
  "/etc/systemd/system/certificate.service",
  `\
[Unit]
Description=Certificate of ${domain}
Wants=network-online.target
After=network-online.target nginx.service

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/certificate
# Until the name points here; Let's Encrypt allows five failures an hour.
Restart=on-failure
RestartSec=15min
`,
)}
${file(
  "/etc/systemd/system/certificate.timer",
  `\
[Timer]
OnActiveSec=1min
OnUnitInactiveSec=12h
RandomizedDelaySec=1min

[Install]
WantedBy=timers.target
`,
)}
systemctl enable --now certificate.timer
`;
}

/** Amazon Linux 2023 stays at the release of its image until it is told otherwise, and no later image replaces this server. */
const SECURITY_UPDATES = `\
${file(
  "/etc/systemd/system/security-updates.service",
  `\
[Unit]
Description=Security updates
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/bin/dnf --assumeyes --releasever=latest --security upgrade
ExecStart=/bin/sh -c '/usr/bin/dnf needs-restarting --reboothint || /usr/bin/systemctl reboot'
StandardOutput=append:/var/log/security-updates.log
StandardError=inherit
`,
)}
${file(
  "/etc/systemd/system/security-updates.timer",
  `\
[Timer]
OnCalendar=Sun *-*-* 04:00:00 UTC
Persistent=true

[Install]
WantedBy=timers.target
`,
)}
systemctl enable --now security-updates.timer
`;

function agent(app: HostApplication, serverName: string): string {
  const groups = logGroupsOf(serverName);
  const path = "/opt/aws/amazon-cloudwatch-agent/etc/host.json";
  return `\
${file(
  path,
  cloudwatchAgent({
    namespace: serverName,
    logs: [
      { path: `${app.logDirectory}/application.log`, logGroup: groups.application },
      { path: `${app.logDirectory}/deploy.log`, logGroup: groups.deploy },
      { path: "/var/log/nginx/*.log", logGroup: groups.proxy },
      { path: "/var/log/cloud-init-output.log", logGroup: groups.system },
      { path: "/var/log/security-updates.log", logGroup: groups.system },
    ],
  }),
)}
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:${path}
`;
}

function firstDeployment(app: HostApplication): string {
  return `\
if [ ! -e '${app.home}/repository.git' ]; then
  runuser --user '${app.name}' -- git init --quiet --bare '${app.home}/repository.git'
  runuser --user '${app.name}' -- git -C '${app.home}/repository.git' remote add origin '${app.remote}'
fi
${DEPLOY_SCRIPT} || echo 'user data: the first deployment failed; deploy again with: sudo ${DEPLOY_SCRIPT}'
`;
}

/** The script without the comments after its head: they would be a tenth of what EC2 takes. */
function withoutComments(script: string): string {
  const body = script.indexOf("\nset -euo pipefail\n");
  return script.slice(0, body) + script.slice(body).replace(/^ *# (?!shellcheck).*\n/gm, "");
}

/** Writes a file as it stands: nothing in it is expanded. (Not EOF: cdktf ends its own here-documents by that, in HCL.) */
function file(path: string, text: string, mode = "0644"): string {
  return `file '${path}' ${mode} <<'END'\n${text}END`;
}
