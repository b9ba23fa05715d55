/* The queue protocol of one partition, for spin to check in every interleaving.
 * README.md says what is modelled, what is not and why, and how to read a trail.
 *
 * Each option of a process' loop is one step, which is taken as a whole; between any
 * two, anyone else may act, or fail. What a step prints is seen when a trail is
 * replayed.
 */

/* The bounds; `run` says which are checked together. */
#ifndef FLUSHERS
#define FLUSHERS 2
#endif
#ifndef FAULTS
#define FAULTS 1  /* failovers, wipes, lost replies and deaths of an ingest, in all */
#endif
#ifndef CHANGES
#define CHANGES 3
#endif

/* The mutants: each takes away one rule of the protocol. */
#ifdef MUTANT_PLAIN_LTRIM
#define MAY_TRIM(s) (length[s] > 0)
#else
#define MAY_TRIM(s) (length[s] >= count && ENTRY(s, count - 1) == last)
#endif
#ifdef MUTANT_CHANGE_IDS
#define NEW_PUSH_ID(c) 1
#else
#define NEW_PUSH_ID(c) pushes[c]
#endif
#ifdef MUTANT_NO_OVERLAP
#define CONTINUES(s) true
#else
#define CONTINUES(s) (ENTRY(s, count - 1) == last)
#endif
#ifdef MUTANT_BELIEVE_HEAD
#define ASKED MASTER  /* also one that it has not pushed to yet */
#else
#define ASKED server[me]
#endif

/* The changes 0 to CHANGES - 1, at most 3: the last one of one ingest, the others of
 * another, so that an ingest meets entries that are not its own. */
#define INGESTS 2
#define FIRST_OF(ingest) (ingest == 0 -> 0 : CHANGES - 1)
#define END_OF(ingest) (ingest == 0 -> CHANGES - 1 : CHANGES)
#define SET(c) (1 << (c))
#define OWN(ingest) (ingest == 0 -> SET(CHANGES - 1) - 1 : SET(CHANGES - 1))

/* A list entry is four bits: its change, and which push of that change it is, from 1.
 * So it is never 0, and no two are the same. */
#define CHANGE_OF(entry) ((entry) >> 2)
#define ENTRY(s, index) ((list[s] >> (4 * (index))) & 15)

/* The servers. A list is a number, its oldest entry in the lowest bits. */
#define MASTER 0
#define OLD 1      /* a demoted master that doesn't know it yet */
#define REPLICA 2  /* some earlier state of MASTER */
#define NOWHERE 3
int list[3];
byte length[3];
byte head[3];   /* entries ever trimmed */
byte epoch[3];  /* which life of the counters this is */
byte epochs;    /* given out */
byte faults_left = FAULTS;

/* The ingests. */
byte server[INGESTS];       /* whom it is connected to */
byte known_epoch[INGESTS];  /* that server's when it connected */
byte retained[INGESTS];     /* its retained window: a set of changes */
byte flying[INGESTS];       /* pushed, but Redis hasn't answered yet: a set of changes */
byte place[CHANGES];        /* a retained change's sequence; while it flies, its index */
byte pushes[CHANGES];       /* how often it was pushed */
bool dead[INGESTS];

byte persisted;  /* the changes in Postgres */
byte owed;       /* the changes that were acknowledged */

byte i;    /* scratch within one step; 0 between steps, so that it adds no states */
byte set;

/* set = the changes of the first n entries of server s */
inline ReadChanges(s, n) {
  set = 0;
  i = 0;
  do
  :: i < n -> set = set | SET(CHANGE_OF(ENTRY(s, i))); i++
  :: else -> break
  od;
  i = 0
}

inline AssertNothingLost() {
  ReadChanges(MASTER, length[MASTER]);
  assert((owed & ~(persisted | set | retained[0] | retained[1])) == 0);
  set = 0
}

/* What only a dead ingest still knew when Redis lost it was in two places, and both
 * are gone: nobody can give it back, and it is not owed. */
inline ForgiveTheDead() {
  ReadChanges(MASTER, length[MASTER]);
  owed = owed & (persisted | set | (dead[0] -> 0 : OWN(0)) | (dead[1] -> 0 : OWN(1)));
  set = 0
}

inline Copy(from, to) {
  list[to] = list[from];
  length[to] = length[from];
  head[to] = head[from];
  epoch[to] = epoch[from]
}

inline Empty(s) {
  list[s] = 0;
  length[s] = 0;
  head[s] = 0
}

/* Once no failover can come any more, the replica no longer matters. */
inline CountFault() {
  faults_left--;
  if
  :: faults_left == 0 -> Empty(REPLICA); epoch[REPLICA] = 0
  :: else
  fi
}

/* ---- ingest: services/ingest/, common/queue/redis_push_queue.cc */

#define me _pid  /* the ingests are the first processes: 0 and 1 */

/* RPUSH of some changes, in order, each with a new push id. */
inline Push(s, changes) {
  i = 0;
  do
  :: i < CHANGES && (changes & SET(i)) ->
     pushes[i]++;
     assert(pushes[i] < 4 && length[s] < 7);  /* so nothing is cut off */
     list[s] = list[s] | ((i << 2 | NEW_PUSH_ID(i)) << (4 * length[s]));
     place[i] = length[s];
     length[s]++;
     i++
  :: i < CHANGES && !(changes & SET(i)) -> i++
  :: else -> break
  od;
  i = 0
}

/* The reply has the list's length after the RPUSH, and head as it was a little later. */
inline LearnPlaces(changes) {
  i = 0;
  do
  :: i < CHANGES -> place[i] = place[i] + (changes & SET(i) -> head[server[me]] : 0); i++
  :: else -> break
  od;
  i = 0
}

/* Drops from the retained window what `head` has passed: all of it if the list is
 * empty, as a place may look later than it is. */
inline Drop(s) {
  i = 0;
  do
  :: i < CHANGES ->
     if
     :: (retained[me] & SET(i)) && (place[i] < head[s] || length[s] == 0) ->
        retained[me] = retained[me] & ~SET(i);
        place[i] = 0
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0
}

active [INGESTS] proctype Ingest() {
  byte next = FIRST_OF(me);
end:
  do
  :: d_step {
       next < END_OF(me) && flying[me] == 0 && server[me] != NOWHERE ->
       printf("ingest %d pushes change %d\n", me, next);
       flying[me] = SET(next);
       retained[me] = retained[me] | flying[me];
       Push(server[me], flying[me]);
       next++
     }
  :: d_step {
       flying[me] != 0 && server[me] != NOWHERE ->
       printf("ingest %d is answered and acknowledges\n", me);
       owed = owed | flying[me];
       if
       :: epoch[server[me]] == known_epoch[me] -> LearnPlaces(flying[me])
       :: else -> server[me] = NOWHERE
       fi;
       flying[me] = 0;
       AssertNothingLost()
     }
  :: d_step {
       faults_left > 0 && flying[me] != 0 && server[me] != NOWHERE ->
       printf("ingest %d loses the reply and pushes again\n", me);
       CountFault();
       Push(server[me], flying[me])
     }
  :: d_step {
       flying[me] == 0 && retained[me] != 0 && ASKED != NOWHERE ->
       printf("ingest %d asks server %d for head\n", me, ASKED);
       if
       :: epoch[ASKED] == known_epoch[me] -> Drop(ASKED)
       :: else -> server[me] = NOWHERE
       fi;
       AssertNothingLost()
     }
  :: d_step {
       server[me] != MASTER ->
       printf("ingest %d connects to the master and pushes all that it retains\n", me);
       server[me] = MASTER;
       known_epoch[me] = epoch[MASTER];
       flying[me] = retained[me];
       Push(MASTER, flying[me])
     }
  :: d_step {
       faults_left > 0 ->
       printf("ingest %d dies\n", me);
       CountFault();
       dead[me] = true;
       retained[me] = 0;
       flying[me] = 0;
       ForgiveTheDead()
     };
     break
  od
}

/* ---- flusher: services/flusher/flush/drain_partition.cc, common/queue/redis_drain_queue.cc */

/* A batch: how many entries, the last of them, and their changes. */
inline Peek(s) {
  printf("flusher %d peeks at server %d\n", _pid - INGESTS, s);
  count = 1;
  last = ENTRY(s, 0);
  batch = SET(CHANGE_OF(last))
}

/* A further chunk: one new entry behind the one that it begins with. */
inline PeekOn(s) {
  printf("flusher %d peeks at one more entry of server %d\n", _pid - INGESTS, s);
  last = ENTRY(s, count);
  batch = batch | SET(CHANGE_OF(last));
  count++
}

/* Nothing leaves the list that Postgres doesn't have. */
inline Trim(s) {
  printf("flusher %d trims %d of server %d's entries\n", _pid - INGESTS, count, s);
  count = (count > length[s] -> length[s] : count);
  ReadChanges(s, count);
  assert((set & ~persisted) == 0);
  list[s] = list[s] >> (4 * count);
  length[s] = length[s] - count;
  head[s] = head[s] + count;
  AssertNothingLost();
  count = 0;
  last = 0
}

active [FLUSHERS] proctype Flusher() {
  byte count;
  byte last;
  byte batch;
end:
  do
  :: d_step { count == 0 && length[MASTER] > 0 -> Peek(MASTER) }
  :: d_step { count == 0 && length[OLD] > 0 -> Peek(OLD) }
  :: d_step { batch != 0 && length[MASTER] > count && CONTINUES(MASTER) -> PeekOn(MASTER) }
  :: d_step { batch != 0 && length[OLD] > count && CONTINUES(OLD) -> PeekOn(OLD) }
  :: d_step {
       batch != 0 ->
       printf("flusher %d commits\n", _pid - INGESTS);
       persisted = persisted | batch;
       batch = 0
     }
  /* It trims wherever it is connected by then. */
  :: d_step { count != 0 && batch == 0 && MAY_TRIM(MASTER) -> Trim(MASTER) }
  :: d_step { count != 0 && batch == 0 && MAY_TRIM(OLD) -> Trim(OLD) }
  /* It dies, or finds another entry than the one to compare with. */
  :: d_step {
       count != 0 ->
       printf("flusher %d gives up its batch\n", _pid - INGESTS);
       count = 0;
       last = 0;
       batch = 0
     }
  od
}

/* ---- Redis: replication and its faults */

/* The connections to one server now lead to another. */
inline Reconnect(from, to) {
  i = 0;
  do
  :: i < INGESTS -> server[i] = (server[i] == from -> to : server[i]); i++
  :: else -> break
  od;
  i = 0
}

inline LoseAll() {
  epochs++;
  Empty(MASTER);
  epoch[MASTER] = epochs;
  ForgiveTheDead();
  AssertNothingLost()
}

#define BEHIND \
  (list[REPLICA] != list[MASTER] || head[REPLICA] != head[MASTER] || epoch[REPLICA] != epoch[MASTER])

active proctype Redis() {
end:
  do
  :: d_step {
       faults_left > 0 && BEHIND ->
       printf("the replica catches up\n");
       Copy(MASTER, REPLICA)
     }
  :: d_step {
       faults_left > 0 ->
       printf("failover: the replica becomes the master, the master serves on as server 1\n");
       Reconnect(OLD, NOWHERE);
       Reconnect(MASTER, OLD);
       Copy(MASTER, OLD);
       Copy(REPLICA, MASTER);
       CountFault();
       ForgiveTheDead();
       AssertNothingLost()
     }
  :: d_step {
       faults_left > 0 ->
       printf("the master restarts empty\n");
       Reconnect(MASTER, NOWHERE);
       CountFault();
       LoseAll()
     }
  :: d_step {
       faults_left > 0 ->
       printf("FLUSHALL\n");
       CountFault();
       LoseAll()
     }
  :: d_step {
       length[OLD] > 0 || head[OLD] > 0 || server[0] == OLD || server[1] == OLD ->
       printf("the demoted master stops serving\n");
       Reconnect(OLD, NOWHERE);
       Empty(OLD);
       epoch[OLD] = 0
     }
  od
}
