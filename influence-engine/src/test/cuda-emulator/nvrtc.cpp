// NVRTC: compiles CUDA C for this machine with g++ and the shim header that lies beside the emulator.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <regex>

#include "blob.h"
#include "emulator.h"

extern char** environ;

namespace expunge {

namespace {

// Values of nvrtcResult.
enum Nvrtc {
    NVRTC_SUCCESS = 0,
    NVRTC_PROGRAM_CREATION_FAILURE = 2,
    NVRTC_INVALID_INPUT = 3,
    NVRTC_INVALID_PROGRAM = 4,
    NVRTC_INVALID_OPTION = 5,
    NVRTC_COMPILATION = 6,
};

constexpr int DEFAULT_ARCHITECTURE = 52;
const std::set<int> ARCHITECTURES = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90, 100, 101, 103, 120, 121};

struct Program {
    std::string source, name, log, ptx, binary;
};

struct Options {
    int architecture = DEFAULT_ARCHITECTURE;
    bool real = false;
    std::vector<std::string> definitions;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::filesystem::path shim_folder() {
    Dl_info info;
    if (!dladdr(reinterpret_cast<void*>(&shim_folder), &info)) return ".";
    return std::filesystem::canonical(info.dli_fname).parent_path();
}

// Runs g++ with all its output in a file; whether it succeeded.
bool compile(std::vector<std::string> arguments, const std::filesystem::path& log) {
    arguments.insert(arguments.begin(), "g++");
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t process;
    int failed = posix_spawnp(&process, "g++", &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) {
        write_file(log, std::string("g++ cannot be started: ") + strerror(failed));
        return false;
    }
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool parse_architecture(const std::string& text, Options& options) {
    std::smatch match;
    if (!std::regex_match(text, match, std::regex("(sm|compute)_([0-9]{2,3})[af]?"))) return false;
    options.real = match[1] == "sm";
    options.architecture = std::stoi(match[2]);
    return ARCHITECTURES.count(options.architecture) > 0;
}

// Null where all options are known; else the first that is not.
const char* parse(int count, const char* const* texts, Options& options) {
    static const std::regex architecture("(?:--gpu-architecture|-arch)=(.*)"), definition("(?:--define-macro=|-D)(.+)"),
            ignored("(?:--std|-std)=c\\+\\+(?:14|17|20)|(?:--fmad|-fmad|--ftz|-ftz|--prec-div|-prec-div|--prec-sqrt|-prec-sqrt)"
                    "=(?:true|false)|--use_fast_math|-use_fast_math|--generate-line-info|-lineinfo|--restrict|-restrict|"
                    "--device-as-default-execution-space|-default-device|(?:--maxrregcount|-maxrregcount)=[0-9]+|"
                    "--extra-device-vectorization|-extra-device-vectorization|--disable-warnings|-w");
    for (int i = 0; i < count; i++) {
        std::string text = texts[i];
        std::smatch match;
        if (std::regex_match(text, match, architecture)) {
            if (!parse_architecture(match[1], options)) return texts[i];
        } else if (std::regex_match(text, match, definition)) {
            options.definitions.push_back("-D" + match[1].str());
        } else if (!std::regex_match(text, ignored)) {
            return texts[i];
        }
    }
    return nullptr;
}

// Reads the tokens of a declaration.
class Declaration {
  public:
    Declaration(const std::string& text, size_t at) : text_(text), at_(at) {}

    bool take(const std::string& token) {
        skip_space();
        if (text_.compare(at_, token.size(), token) != 0) return false;
        at_ += token.size();
        return true;
    }

    std::string word() {
        skip_space();
        size_t from = at_;
        while (at_ < text_.size() && (isalnum(text_[at_]) || text_[at_] == '_')) at_++;
        return text_.substr(from, at_ - from);
    }

    // The first argument of a bracket that was opened; goes on behind the bracket.
    std::string first_argument() {
        size_t from = at_, end = std::string::npos;
        for (int depth = 1; at_ < text_.size() && depth > 0; at_++) {
            if (text_[at_] == '(') depth++;
            if (text_[at_] == ')') depth--;
            if ((depth == 0 || (depth == 1 && text_[at_] == ',')) && end == std::string::npos) end = at_;
        }
        return text_.substr(from, end - from);
    }

  private:
    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    const std::string& text_;
    size_t at_;
};

bool follows_extern_c(const std::string& source, size_t at) {
    static const std::string before = "extern \"C\"";
    size_t end = source.find_last_not_of(" \t\r\n", at - 1);
    return end != std::string::npos && end + 1 >= before.size()
            && source.compare(end + 1 - before.size(), before.size(), before) == 0;
}

// The entry of the kernel that is declared behind "__global__"; empty for an unknown form.
std::string kernel_entry(const std::string& source, size_t behind) {
    Declaration declaration(source, behind);
    std::string most = "1024";
    auto bounds = [&] {
        if (declaration.take("__launch_bounds__") && declaration.take("(")) most = declaration.first_argument();
    };
    bounds();
    if (!declaration.take("void")) return "";
    bounds();
    std::string name = declaration.word();
    return declaration.take("(") ? "    EXPUNGE_KERNEL(" + name + ", " + most + "),\n" : "";
}

// A table of all kernels of a preprocessed source, to be put behind it; empty where one has an unknown form.
std::string kernel_table(const std::string& source) {
    static const std::string marker = "__global__";
    std::string table = "\nstatic const expunge::Kernel expunge_kernels[] = {\n";
    int count = 0;
    for (size_t at = source.find(marker); at != std::string::npos; at = source.find(marker, at + 1), count++) {
        std::string entry = kernel_entry(source, at + marker.size());
        if (entry.empty() || !follows_extern_c(source, at)) return "";
        table += entry;
    }
    return table + "    {nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0}};\nEXPUNGE_MODULE(" + std::to_string(count) + ")\n";
}

std::string blob(uint32_t kind, int architecture, const std::string& library) {
    BlobHeader header = {};
    memcpy(header.magic, BLOB_MAGIC, sizeof header.magic);
    strncpy(header.build, BLOB_BUILD, BUILD_LENGTH);
    header.kind = kind;
    header.architecture = static_cast<uint32_t>(architecture);
    header.size = library.size();
    header.checksum = blob_checksum(library.data(), library.size());
    return std::string(reinterpret_cast<const char*>(&header), sizeof header) + library;
}

// The steps of a compilation in a folder of their own; the library, or nothing with the log filled.
std::string build(const std::filesystem::path& folder, const Options& options, Program& program) {
    std::filesystem::path log = folder / "log", source = folder / "kernels.cu", plain = folder / "kernels.ii",
                          unit = folder / "unit.cpp", object = folder / "kernels.o", library = folder / "kernels.so";
    auto step = [&log, &program](const std::vector<std::string>& arguments) {
        bool good = compile(arguments, log);
        program.log = read_file(log);
        return good;
    };
    write_file(source, "#line 1 \"" + program.name + "\"\n" + program.source);
    std::vector<std::string> preprocess = options.definitions;
    preprocess.insert(preprocess.end(),
            {"-x", "c++", "-std=c++17", "-E", "-include", (shim_folder() / "shim.h").string(), "-D__CUDACC__",
                    "-D__CUDACC_RTC__", "-D__CUDA_ARCH__=" + std::to_string(options.architecture * 10), "-o",
                    plain.string(), source.string()});
    if (!step(preprocess)) return "";
    std::string table = kernel_table(read_file(plain));
    if (table.empty()) {
        program.log = "error: a kernel has another form than extern \"C\" __global__ void name(...)";
        return "";
    }
    write_file(unit, "#include \"" + (shim_folder() / "kernel_table.h").string() + "\"\n#include \"" + plain.string()
                    + "\"\n" + table);
    bool good = step({"-std=c++17", "-O2", "-c", "-w", "-fPIC", "-fvisibility=hidden", "-fno-gnu-unique",
                        "-fno-exceptions", "-fno-rtti", "-fno-math-errno", "-ffp-contract=off",
                        "-fno-threadsafe-statics", "-fno-stack-protector",
                        "-fsanitize=alignment,bounds,integer-divide-by-zero,shift-exponent,signed-integer-overflow", "-o", object.string(),
                        unit.string()})
            && step({"-shared", "-nostdlib", "-Wl,-Bsymbolic", "-Wl,-z,defs", "-o", library.string(), object.string(),
                    "-lm", "-lgcc", "-lc"});
    return good ? read_file(library) : "";
}

}  // namespace

EXPORT Nvrtc nvrtcVersion(int* major, int* minor) {
    if (!major || !minor) return NVRTC_INVALID_INPUT;
    *major = 12;
    *minor = 9;
    return NVRTC_SUCCESS;
}

EXPORT Nvrtc nvrtcCreateProgram(Program** program, const char* source, const char* name, int header_count,
        const char* const*, const char* const*) {
    if (!program || !source || header_count != 0) return NVRTC_INVALID_INPUT;
    *program = new Program{source, name ? name : "default_program", "", "", ""};
    return NVRTC_SUCCESS;
}

EXPORT Nvrtc nvrtcCompileProgram(Program* program, int count, const char* const* texts) {
    if (!program) return NVRTC_INVALID_PROGRAM;
    Options options;
    if (const char* unknown = parse(count, texts, options)) {
        program->log = std::string("nvrtc: error: invalid value or unrecognized option ") + unknown;
        return NVRTC_INVALID_OPTION;
    }
    std::smatch include;
    if (std::regex_search(program->source, include, std::regex("(?:^|\n)[ \t]*#[ \t]*include[^\n]*"))) {
        program->log = "error: cannot open source file: " + include.str();
        return NVRTC_COMPILATION;
    }
    char folder[] = "/tmp/expunge-nvrtc-XXXXXX";
    if (!mkdtemp(folder)) return NVRTC_PROGRAM_CREATION_FAILURE;
    std::string library = build(folder, options, *program);
    std::filesystem::remove_all(folder);
    if (library.empty()) return NVRTC_COMPILATION;
    program->ptx = blob(BLOB_PTX, options.architecture, library);
    program->binary = options.real ? blob(BLOB_BINARY, options.architecture, library) : "";
    return NVRTC_SUCCESS;
}

EXPORT Nvrtc nvrtcDestroyProgram(Program** program) {
    if (!program || !*program) return NVRTC_INVALID_PROGRAM;
    delete *program;
    *program = nullptr;
    return NVRTC_SUCCESS;
}

namespace {

// With the zero byte at the end of texts.
Nvrtc give_size(const std::string& content, size_t end, size_t* size) {
    if (!size) return NVRTC_INVALID_INPUT;
    *size = content.size() + end;
    return NVRTC_SUCCESS;
}

Nvrtc give(const std::string& content, size_t end, char* to) {
    if (!to) return NVRTC_INVALID_INPUT;
    memcpy(to, content.c_str(), content.size() + end);
    return NVRTC_SUCCESS;
}

}  // namespace

EXPORT Nvrtc nvrtcGetProgramLogSize(Program* program, size_t* size) {
    return program ? give_size(program->log, 1, size) : NVRTC_INVALID_PROGRAM;
}

EXPORT Nvrtc nvrtcGetProgramLog(Program* program, char* log) {
    return program ? give(program->log, 1, log) : NVRTC_INVALID_PROGRAM;
}

EXPORT Nvrtc nvrtcGetPTXSize(Program* program, size_t* size) {
    return program && !program->ptx.empty() ? give_size(program->ptx, 1, size) : NVRTC_INVALID_PROGRAM;
}

EXPORT Nvrtc nvrtcGetPTX(Program* program, char* ptx) {
    return program && !program->ptx.empty() ? give(program->ptx, 1, ptx) : NVRTC_INVALID_PROGRAM;
}

EXPORT Nvrtc nvrtcGetCUBINSize(Program* program, size_t* size) {
    return program ? give_size(program->binary, 0, size) : NVRTC_INVALID_PROGRAM;
}

EXPORT Nvrtc nvrtcGetCUBIN(Program* program, char* binary) {
    return program && !program->binary.empty() ? give(program->binary, 0, binary) : NVRTC_INVALID_PROGRAM;
}

EXPORT const char* nvrtcGetErrorString(Nvrtc result) {
    switch (result) {
        case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
        case NVRTC_PROGRAM_CREATION_FAILURE: return "NVRTC_ERROR_PROGRAM_CREATION_FAILURE";
        case NVRTC_INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
        case NVRTC_INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
        case NVRTC_INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
        case NVRTC_COMPILATION: return "NVRTC_ERROR_COMPILATION";
    }
    return "NVRTC_ERROR unknown";
}

}  // namespace expunge
