# cmake -DFILES="a.sql;b.sql" -DFUNCTION=Name -DOUTPUT=x.cc -P embed_migrations.cmake
# Writes the files' names and texts as the function of that name in migration.h.
set(entries "")
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ ${file} text)
  string(APPEND entries "      {\"${name}\", R\"sql(${text})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"services/flusher/store/migration.h\"

namespace inkwell::flusher {

const std::vector<MigrationFile>& ${FUNCTION}() {
  static const std::vector<MigrationFile> files{
${entries}  };
  return files;
}

}  // namespace inkwell::flusher
")
