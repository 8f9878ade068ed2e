import { describe, expect, it } from 'vitest';
import { type GreetingFacts, greeting } from '../src/greeting.ts';

const facts: GreetingFacts = {
  pageUrl: 'http://127.0.0.1:4321',
  deskUrl: 'http://127.0.0.1:4321/staff',
  signIn: { name: 'owner', password: 'slow-film-night' },
  mail: 'land as files in data/mail',
  demo: false,
  dataDir: '/srv/data',
};

describe('the greeting', () => {
  it('says where the page and the desk are, how to sign in, and where mails go', () => {
    const words = greeting(facts);
    for (const fact of ['http://127.0.0.1:4321\n', '/staff\n', 'owner / slow-film-night', facts.mail, '/srv/data'])
      expect(words).toContain(fact);
  });

  it('shows no password after the first start', () => {
    expect(greeting({ ...facts, signIn: null })).toContain('staff invite');
  });

  it('tells how to break something only where that is a game', () => {
    expect(greeting(facts)).not.toContain('demo break');
    expect(greeting({ ...facts, demo: true })).toContain('npm run intermission -- demo break database\n');
  });
});
