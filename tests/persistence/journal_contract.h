// The suite that every Journal must pass (persistence/journal.h, J1 to J13). The name of a test
// begins with the rule it holds to.
//
// To run it: include this header in ONE source file of a test program and write
//   INSTANTIATE_TEST_SUITE_P(Name, JournalContract, testing::Values(MakeSubject(...)));
//   INSTANTIATE_TEST_SUITE_P(Name, JournalEpochs, testing::Values(MakeSubject(...)));
#pragma once

#include "tests/persistence/journal_contract_appends.h"
#include "tests/persistence/journal_contract_epochs.h"
#include "tests/persistence/journal_contract_reads.h"
#include "tests/persistence/journal_subject.h"
