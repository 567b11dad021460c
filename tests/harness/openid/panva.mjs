// The certified provider of https://github.com/panva/node-oidc-provider, with the persons of a test.
import Provider from 'oidc-provider';

const { issuer, client, persons } = JSON.parse(process.argv[2]);
const configuration = {
  clients: [client],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'roles'] },
  cookies: { keys: ['of these tests'] },
  features: { rpInitiatedLogout: { logoutSource }, backchannelLogout: { enabled: true } },
  // The product is on this machine, which the provider asks nobody on by itself.
  fetch: (url, { dispatcher: _guard, ...options }) =>
    globalThis.fetch(String(url).replace('//localhost:', '//127.0.0.1:'), options),
  findAccount: (_context, id) =>
    persons[id] && { accountId: id, claims: () => ({ sub: id, ...persons[id] }) },
  loadExistingGrant,
};

function logoutSource(context, form) {
  context.body = `<!doctype html>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`;
}

// Nobody is asked to consent.
async function loadExistingGrant(context) {
  const { client: asks, session, provider: own } = context.oidc;
  const grant = new own.Grant({ clientId: asks.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

const provider = new Provider(issuer, configuration);
provider.on('backchannel.error', (_context, error) => console.error(error));
provider.listen(Number(new URL(issuer).port), '127.0.0.1', () => console.log('listening'));
